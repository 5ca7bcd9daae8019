/** Makes X.509 certificates with the JDK alone; the JDK can sign and parse them, but has no public class that builds one. */
@NullMarked
package dev.notifykit.testkit.internal.tls;

import org.jspecify.annotations.NullMarked;
