/** Which reply a request gets: scripts by token, then seeded shares, the same for the same seed whatever the timing. */
@NullMarked
package dev.notifykit.testkit.internal.script;

import org.jspecify.annotations.NullMarked;
