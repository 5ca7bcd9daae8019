/** What a simulator answers: {@link dev.notifykit.testkit.reply.Reply}, and FCM's special shapes in {@code FcmReplies} of the root package. */
@NullMarked
package dev.notifykit.testkit.reply;

import org.jspecify.annotations.NullMarked;
