/**
 * The road. {@link dev.notifykit.internal.SendPipeline} names its stages in order; {@link dev.notifykit.internal.Engine} puts the
 * parts together. Not part of the API, not exported.
 */
@NullMarked
package dev.notifykit.internal;

import org.jspecify.annotations.NullMarked;
