/** The journal's memory: {@link dev.notifykit.testkit.internal.journal.JournalBook} over compact tables. */
@NullMarked
package dev.notifykit.testkit.internal.journal;

import org.jspecify.annotations.NullMarked;
