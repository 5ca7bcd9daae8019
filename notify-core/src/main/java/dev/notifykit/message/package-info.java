/** What a host says of a request beside its content: {@link dev.notifykit.message.SendOptions}. */
@NullMarked
package dev.notifykit.message;

import org.jspecify.annotations.NullMarked;
