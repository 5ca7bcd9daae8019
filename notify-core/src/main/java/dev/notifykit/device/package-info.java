/**
 * Which devices a user has: {@link dev.notifykit.device.Device} is a target registered for a user,
 * {@link dev.notifykit.device.DeviceStore} the SPI that keeps them, {@link dev.notifykit.device.TokenVerdict} the rule by which a
 * provider's word on a token removes one. Read {@link dev.notifykit.device.DeviceStore} first.
 */
@NullMarked
package dev.notifykit.device;

import org.jspecify.annotations.NullMarked;
