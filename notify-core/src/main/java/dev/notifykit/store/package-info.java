/**
 * All stores of a fleet together: {@link dev.notifykit.store.Stores} is what a module that keeps things elsewhere gives to a client in one line.
 * Each store's own contract stands in its own package.
 */
@NullMarked
package dev.notifykit.store;

import org.jspecify.annotations.NullMarked;
