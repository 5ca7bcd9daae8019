/** firebase-admin as a peer of the FCM road: {@link dev.notifykit.benchmarks.firebase.FirebaseAdmin}. */
@NullMarked
package dev.notifykit.benchmarks.firebase;

import org.jspecify.annotations.NullMarked;
