/**
 * A small HTTP/2 client on netty, made for pushing: few connections that stay, many short requests on each, and the truth about every one of
 * them. It has no queue, no retry and no redirect: whoever has something to send asks {@link dev.notifykit.http2.Http2Client#open()} for a
 * free stream, and is told when there may be one.
 *
 * <p>Every request ends exactly once, as an {@link dev.notifykit.http2.Http2End}: with a response, or as surely unsent, or as unknown.
 *
 * <p>What happens to a connection happens on its event loop, and needs no lock. Other threads meet it in two places: a count of the streams that
 * are taken, and a stack of calls that are to begin.
 */
@NullMarked
package dev.notifykit.http2;

import org.jspecify.annotations.NullMarked;
