/** Each fault of the proxy, as a client sees it. */
@NullMarked
package dev.notifykit.testkit.fault;

import org.jspecify.annotations.NullMarked;
