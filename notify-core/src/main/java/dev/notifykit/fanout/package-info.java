/**
 * One notification to an audience of any size. Read {@link dev.notifykit.fanout.FanOutSpec} (what is sent),
 * {@link dev.notifykit.fanout.FanOutHandler} (to whom), {@link dev.notifykit.fanout.FanOuts} (launch and steer) and
 * {@link dev.notifykit.fanout.FanOutProgress} (how far it is). {@link dev.notifykit.fanout.ProgressStore} is the SPI behind them.
 */
@NullMarked
package dev.notifykit.fanout;

import org.jspecify.annotations.NullMarked;
