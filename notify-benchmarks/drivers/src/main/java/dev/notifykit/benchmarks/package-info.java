/**
 * The command that measures: {@link dev.notifykit.benchmarks.Benchmarks}.
 *
 * <pre>
 * mvn -q compile exec:java -pl notify-benchmarks/drivers -am -Dexec.args="all --jdk /path/to/jdk-17,/path/to/jdk-25"
 * </pre>
 *
 * <p>What to measure comes first: {@code all}, or some of {@code apns}, {@code fcm}, {@code road}, {@code fanout}, {@code mixed},
 * {@code dedup}, {@code submit}, {@code redis-fanout}, {@code redis-memory}, parted by commas; {@code charts} measures nothing and draws what is in a
 * file of results. The last five start a {@code redis-server}: that of the environment
 * variable {@code NOTIFY_REDIS_BIN} or of the path, else one that comes along. Then:
 *
 * <ul>
 *   <li>{@code --jdk HOMES}: which JDKs run the measured JVMs, parted by commas; the one that runs this when not set
 *   <li>{@code --latency MILLIS}: of the simulated vendors, parted by commas; {@code 0,20} when not set
 *   <li>{@code --in-flight NUMBERS}: how much is open at once, parted by commas: {@code apns} and {@code fcm} are measured at each, {@code mixed} at
 *       each with so many at either vendor; when not set 1,000 at APNs, 500 at FCM, 1,000 at each
 *   <li>{@code --peers NAMES}: who is measured, of those that a part has, parted by commas; all when not set. At {@code apns}: {@code raw-pushy},
 *       {@code apns-road}, {@code apns-fan-out}; at {@code fcm}: {@code raw-okhttp}, {@code fcm-road}, {@code fcm-http2-road}, {@code fcm-fan-out}, {@code bare-netty}, {@code fed-netty},
 *       {@code firebase-admin}; at {@code mixed}: {@code mixed-memory}, {@code mixed-redis}, {@code mixed-redis-two}
 *   <li>{@code --recipients NUMBERS}: of the fan-outs of {@code fanout} and {@code mixed}; {@code 100000,1000000,5000000} when not set
 *   <li>{@code --rounds N}: how often each client is measured, in turns; 7 when not set
 *   <li>{@code --scale X}: multiplies how many messages are sent; 1 when not set
 *   <li>{@code --quick}: a smoke run of seconds, whose figures mean nothing
 *   <li>{@code --results FILE}: keeps the figures of {@code apns}, {@code fcm} and {@code mixed} as JSON, beside what is in the file already; what
 *       is measured again takes the place of what was there
 *   <li>{@code --charts FOLDER}: draws all that is in the file of results, as SVG
 *   <li>{@code --profile}: one more run of each client under the flight recorder, and where time and garbage come from
 * </ul>
 *
 * <p>The report is Markdown on standard output, for {@code docs/performance.md}, which says how each figure is measured; progress goes
 * to standard error. The exit code is 1 when a message was lost or arrived twice.
 */
@NullMarked
package dev.notifykit.benchmarks;

import org.jspecify.annotations.NullMarked;
