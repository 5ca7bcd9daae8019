/**
 * Once per message: {@link dev.notifykit.dedup.DedupKey} names what must not be said twice, {@link dev.notifykit.dedup.DedupStore} is
 * the SPI that decides it in two phases (claim, then confirm or release), {@link dev.notifykit.dedup.DedupSettings} says how a client
 * uses it. Read {@link dev.notifykit.dedup.Claim} for the verdicts.
 */
@NullMarked
package dev.notifykit.dedup;

import org.jspecify.annotations.NullMarked;
