package dev.notifykit.testkit;

import dev.notifykit.testkit.credentials.TestCertificates;
import dev.notifykit.testkit.internal.script.ReplyScript;
import dev.notifykit.testkit.internal.server.SimulatorServer;
import dev.notifykit.testkit.journal.Journal;
import dev.notifykit.testkit.journal.RecordedRequest;
import dev.notifykit.testkit.journal.Traffic;
import dev.notifykit.testkit.reply.Reply;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * A provider that runs in the test: an HTTP/2 server with TLS on a loopback port, which first holds each request against the vendor's
 * rules and then does what the test scripted for its token. Thread-safe. The port is open from {@code start()} until {@link #close()}.
 */
public abstract sealed class Simulator implements AutoCloseable permits ApnsSimulator, FcmSimulator {
    private final SimulatorServer server;
    private final ReplyScript script;
    private final TestCertificates certificates;

    Simulator(SimulatorServer server, ReplyScript script, TestCertificates certificates) {
        this.server = server;
        this.script = script;
        this.certificates = certificates;
    }

    /** The form in which the journal and the scripts know a token. */
    abstract String canonical(String token);

    /** {@code "localhost"}: the name in the server's certificate. */
    public String host() {
        return "localhost";
    }

    /** The port it listens on, on the loopback interface only. */
    public int port() {
        return server.port();
    }

    /** The TLS material; a client has to trust its {@link TestCertificates#authority()}. */
    public TestCertificates certificates() {
        return certificates;
    }

    /** Short for {@code certificates().authority()}. */
    public X509Certificate trustedCertificate() {
        return certificates.authority();
    }

    /**
     * Sets what the next attempts to the given token get, one reply after the other; the last one stays. Replaces the token's earlier
     * script, and goes before {@link #answerAll} and the shares.
     *
     * @param token APNs: device token in upper or lower case, a channel's id or address, or for requests about channels a bundle id; FCM: any target, be it token, installation id, topic or condition
     */
    public void script(String token, Reply first, Reply... next) {
        List<Reply> replies = new ArrayList<>(List.of(next));
        replies.add(0, first);
        script.script(canonical(token), List.copyOf(replies));
    }

    /** Takes the token's script away. */
    public void unscript(String token) {
        script.unscript(canonical(token));
    }

    /** From now on every token without a script of its own gets this reply, whatever the shares say: an outage, for example. */
    public void answerAll(Reply reply) {
        script.forAll(reply);
    }

    /** Ends {@link #answerAll}. */
    public void answerByShares() {
        script.forAll(null);
    }

    /** Sends GOAWAY on every connection open now; {@link Reply.GoAway} says what becomes of requests in flight. */
    public void goAway(boolean processed) {
        server.goAway(processed);
    }

    /** Closes every connection open now without a word. */
    public void dropConnections(boolean processed) {
        server.dropConnections(processed);
    }

    /**
     * Changes MAX_CONCURRENT_STREAMS, of connections open now and of new ones. Streams beyond it are refused from this moment on; those that are
     * open go on.
     *
     * @param value at least 1
     */
    public void maxConcurrentStreams(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("maxConcurrentStreams must be at least 1, not " + value);
        }
        server.maxConcurrentStreams(value);
    }

    /** What was accepted; stays readable after {@link #close()}. */
    public Journal journal() {
        return server.journal();
    }

    /** Counters of requests, connections and streams at this moment; stays readable after {@link #close()}. */
    public Traffic traffic() {
        return server.traffic();
    }

    /** The last requests, valid or not, oldest first; empty unless the builder's {@code recordRequests} was set. */
    public List<RecordedRequest> requests() {
        return server.requests();
    }

    /** Closes the port and all connections without a word; requests in flight count as processed. Idempotent; returns when the port is free. */
    @Override
    public void close() {
        server.close();
    }

    /** Shows the port. */
    @Override
    public String toString() {
        return server.toString();
    }
}
