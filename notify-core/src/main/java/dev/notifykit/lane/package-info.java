/**
 * What a host sees and sets of a lane: {@link dev.notifykit.lane.LaneKey}, {@link dev.notifykit.lane.LaneLimits} and
 * {@link dev.notifykit.lane.LaneState}. The engine behind them is not part of the API.
 */
@NullMarked
package dev.notifykit.lane;

import org.jspecify.annotations.NullMarked;
