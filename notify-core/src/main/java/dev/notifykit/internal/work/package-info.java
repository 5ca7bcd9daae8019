/** Threads and the one concurrency idiom of the engine: {@link dev.notifykit.internal.work.Serial}. */
@NullMarked
package dev.notifykit.internal.work;

import org.jspecify.annotations.NullMarked;
