/**
 * The binary form in which values are kept in a store: compact, versioned, limited in size, and read without trust. A package
 * packs its own values with it; {@link dev.notifykit.codec.PackFormat} is one kind of value,
 * {@link dev.notifykit.codec.PackWriter} and {@link dev.notifykit.codec.PackReader} are its two directions. Read
 * {@link dev.notifykit.codec.PackFormat} first: it says how a format may grow.
 */
@NullMarked
package dev.notifykit.codec;

import org.jspecify.annotations.NullMarked;
