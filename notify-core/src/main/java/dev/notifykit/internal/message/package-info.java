/**
 * Between a message and what is sent: {@link dev.notifykit.internal.message.MessageRequests} makes a request of it for each target,
 * {@link dev.notifykit.internal.message.LetterOf} a dead letter of what was given up.
 */
@NullMarked
package dev.notifykit.internal.message;

import org.jspecify.annotations.NullMarked;
