/**
 * What a host sees and sets of a lane: {@link dev.notifykit.lane.LaneKey}, {@link dev.notifykit.lane.LaneLimits},
 * {@link dev.notifykit.lane.SenderRate} and {@link dev.notifykit.lane.LaneState}. The engine behind them is not part of the API.
 */
@NullMarked
package dev.notifykit.lane;

import org.jspecify.annotations.NullMarked;
