/** Core's own stores and services keep the contracts, and the contracts find what is broken. */
@NullMarked
package dev.notifykit.testkit.contract;

import org.jspecify.annotations.NullMarked;
