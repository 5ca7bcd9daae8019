/**
 * What runs in the JVM of every measured client: {@link dev.notifykit.benchmarks.harness.PeerMain} takes orders on standard input,
 * has its {@link dev.notifykit.benchmarks.harness.Peer} send a {@link dev.notifykit.benchmarks.harness.Batch}, and says what that
 * took. Stands on the JDK alone, so that no client's libraries meet another's.
 */
@NullMarked
package dev.notifykit.benchmarks.harness;

import org.jspecify.annotations.NullMarked;
