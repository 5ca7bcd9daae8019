/** The clients that are measured on our class path: each road of ours, and the client that it stands on, used by hand. */
@NullMarked
package dev.notifykit.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
