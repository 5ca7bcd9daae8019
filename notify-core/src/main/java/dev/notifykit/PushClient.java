package dev.notifykit;

import dev.notifykit.device.Devices;
import dev.notifykit.fanout.FanOuts;
import dev.notifykit.internal.Engine;
import dev.notifykit.lane.Lanes;
import dev.notifykit.message.Message;
import dev.notifykit.message.SendOptions;
import dev.notifykit.message.SubmitReceipt;
import dev.notifykit.observe.CloseReport;
import dev.notifykit.observe.Health;
import dev.notifykit.push.PushRequest;
import dev.notifykit.queue.DeadLetters;
import dev.notifykit.queue.QueueState;
import dev.notifykit.result.MessageResult;
import dev.notifykit.result.SendResult;
import dev.notifykit.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A complete push system inside your own process: lanes per app and provider, retries, breakers, fan-outs to audiences of millions, and
 * one recorded result for every request.
 *
 * <pre>{@code
 * PushClient client = PushClient.builder().app("com.acme.app", apns, fcm).build();
 * client.send(PushRequest.of(target, Notification.alert("Hello", "It works")))
 *         .thenAccept(result -> ...);
 * }</pre>
 *
 * <p><b>Thread safety:</b> all methods, from any thread. Build one client and keep it; several in one JVM do not know of each other.
 * <b>Durability:</b> without a shared store everything is held by this JVM and ends with it. <b>Closing:</b> the client closes its
 * services and stores unless built with {@code owned(false)}.
 */
public final class PushClient implements AutoCloseable {

    /** How long {@link #close()} lets what is under way take; less than the 10 s that a container usually has. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(8);

    /** Messages per {@link #submit(List)}: some megabytes at most, with payloads of the usual size, in one call of the store. */
    public static final int MAX_SUBMIT = 1_000;

    private final Engine engine;

    PushClient(Engine engine) {
        this.engine = engine;
    }

    /**
     * Starts a client.
     *
     * @return a new builder
     */
    public static PushClientBuilder builder() {
        return new PushClientBuilder();
    }

    /**
     * Sends one request, treated as the client's own rules say.
     *
     * @param request what to send
     * @return as for {@link #send(PushRequest, SendOptions)}
     * @throws dev.notifykit.lane.NotAdmittedException when the lane is full or the client closed
     */
    public CompletableFuture<SendResult> send(PushRequest request) {
        return send(request, SendOptions.defaults());
    }

    /**
     * Sends one request.
     *
     * @param request what to send
     * @param options how it is treated
     * @return completes exactly once, always, with what became of it in the end, on the callback executor; never fails. Cancelling it
     *     takes the request back, as far as it has not been attempted
     * @throws dev.notifykit.lane.NotAdmittedException when the lane is full or the client closed: nothing was sent, nothing counts
     */
    public CompletableFuture<SendResult> send(PushRequest request, SendOptions options) {
        return engine.send(request, options);
    }

    /**
     * Sends one message, treated as the client's own rules say.
     *
     * @param message what to send
     * @return as for {@link #send(Message, SendOptions)}
     * @throws dev.notifykit.lane.NotAdmittedException when the lane is full or the client closed
     */
    public CompletableFuture<MessageResult> send(Message message) {
        return send(message, SendOptions.defaults());
    }

    /**
     * Sends one message. With a {@link Message#dedupKey() dedup key} it is sent once: what was said before ends
     * {@code Suppressed(DUPLICATE)}, what is out of date {@code Suppressed(STALE)}, a correction passes. While another sends the same, it waits
     * for that one's end, at most until its own deadline ({@code NotSent(CLAIMED_ELSEWHERE)}). A message that did not reach its provider can be sent again
     * at once; only {@code Accepted}, {@code Rejected}, {@code TokenInvalid} and, unless the settings say otherwise, {@code Unknown} count as
     * said.
     *
     * @param message what to send
     * @param options how it is treated
     * @return completes exactly once, always, with what became of it in the end, on the callback executor; never fails. Cancelling it
     *     takes the message back, as far as it has not been attempted
     * @throws dev.notifykit.lane.NotAdmittedException when the lane is full or the client closed: nothing was sent, nothing counts
     * @throws IllegalArgumentException when it is not for a device, or not due yet: {@link #submit(Message)} takes such messages; when it has a dedup key,
     *     and the options' retry policy may go on for as long as the key is remembered
     */
    public CompletableFuture<MessageResult> send(Message message, SendOptions options) {
        return engine.send(message, options);
    }

    /**
     * Submits one message.
     *
     * @param message what to send
     * @return as for {@link #submit(List)}
     * @throws dev.notifykit.queue.QueueFullException when the backlog is at its limit
     * @throws dev.notifykit.queue.QueueUnavailableException when nobody knows whether it was taken
     */
    public SubmitReceipt submit(Message message) {
        return submit(List.of(message)).get(0);
    }

    /**
     * Submits messages to the queue, from which a client that is {@linkplain #start() started} sends them: this one, or with {@linkplain
     * PushClientBuilder#stores shared stores} any that shares them. When this returns, every message that its receipt calls queued is held by the queue and will come to
     * one recorded result, which {@link PushClientBuilder#messageSink} and listeners hear of. A message whose life is over is taken as well; it ends as
     * {@code Expired}.
     *
     * <p>A message without a dedup key has its id as key. Submitting the same message again, with the same id, is always safe. Blocks on the store.
     *
     * @param messages at most {@value #MAX_SUBMIT}
     * @return one receipt for each, in the same order
     * @throws IllegalArgumentException when there are too many, when a provider says that one of them can never be sent, or when nobody can ever send it, since the
     *     queue is in this JVM and its lane was not registered: nothing was stored
     * @throws dev.notifykit.queue.QueueFullException when the backlog is at its limit: it says which were taken
     * @throws dev.notifykit.queue.NotReplicatedException when they are stored, but not as safely as was asked for
     * @throws dev.notifykit.queue.QueueUnavailableException when nobody knows what became of some: submit them again, with the same ids
     * @throws dev.notifykit.lane.NotAdmittedException when the client is closed
     */
    public List<SubmitReceipt> submit(List<Message> messages) {
        return engine.submit(messages);
    }

    /**
     * Shows, replays and purges what could not be delivered: submitted messages, and rows of fan-outs.
     *
     * @return the facet
     */
    public DeadLetters deadLetters() {
        return engine.deadLetters();
    }

    /**
     * How much the queue holds, and what became of the rest. Blocks on the store.
     *
     * @return a reading
     * @throws dev.notifykit.queue.QueueUnavailableException when the store does not answer
     */
    public QueueState queueState() {
        return engine.queueState();
    }

    /**
     * Begins to work on fan-outs and on the queue. A host that only sends, submits or launches never calls it. Idempotent. {@linkplain PushClientBuilder#stores Shared
     * stores} are checked first, which may take some seconds; when they are away, the work begins as soon as they are there.
     *
     * @throws dev.notifykit.store.StoresUnfitException when the stores must not be used as they are: it names everything that has to be put right
     */
    public void start() {
        engine.start();
    }

    /**
     * Launches and finds fan-outs.
     *
     * @return the facet
     */
    public FanOuts fanOuts() {
        return engine.fanOuts();
    }

    /**
     * Registers devices, and finds those of a user.
     *
     * @return the facet
     */
    public Devices devices() {
        return engine.devices();
    }

    /**
     * Creates topics, and subscribes users and devices to them.
     *
     * @return the facet
     */
    public Topics topics() {
        return engine.topics();
    }

    /**
     * Shows and steers lanes.
     *
     * @return the facet
     */
    public Lanes lanes() {
        return engine.lanes();
    }

    /**
     * Whether the client can do its work. With {@linkplain PushClientBuilder#stores shared stores} it asks how these are, at most once in some seconds, and may
     * wait for their answer as long as any call of them.
     *
     * @return a reading
     */
    public Health health() {
        return engine.health();
    }

    /**
     * Ends in order: takes nothing more, lets what is in flight and what waits on the direct road finish within the grace, gives shards
     * and partitions back, and completes every future. May be called from a callback or a shutdown hook, and more than once.
     *
     * @param grace how long to wait at most; it returns within a second after
     * @return what was left; the same for every call
     */
    public CloseReport close(Duration grace) {
        return engine.close(grace);
    }

    /** As {@link #close(Duration)}, with {@link #DEFAULT_GRACE}. */
    @Override
    public void close() {
        close(DEFAULT_GRACE);
    }
}
