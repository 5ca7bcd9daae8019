/** What a simulator accepted, id by id: {@link dev.notifykit.testkit.journal.Journal}. */
@NullMarked
package dev.notifykit.testkit.journal;

import org.jspecify.annotations.NullMarked;
