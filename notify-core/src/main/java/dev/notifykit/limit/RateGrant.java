package dev.notifykit.limit;

import java.time.Duration;

/**
 * What a shared rate had to give. Immutable.
 *
 * @param permits how many the asker has now, from 0 to what it wanted
 * @param nextIn when there is another one; zero: now
 * @param askers how many have asked within {@link RateStore#PRESENCE}, this one included
 */
public record RateGrant(int permits, Duration nextIn, int askers) {}
