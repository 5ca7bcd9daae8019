package dev.notifykit.benchmarks.road;

import dev.notifykit.PushClient;
import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Content;
import dev.notifykit.lane.Admission;
import dev.notifykit.lane.LaneLimits;
import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * {@code send} from the call to the end of its future, beside the same provider called by hand under a semaphore. One operation is one
 * message; an invocation sends many and waits for the last, so that what the road does on its own threads is in the figures.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RoadBenchmark {

    static final int MESSAGES = 20_000;

    private static final int IN_FLIGHT = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Notification notification = Notification.alert(Content.TITLE, Content.BODY);
    private final InstantService service = new InstantService(IN_FLIGHT);
    private final Semaphore permits = new Semaphore(IN_FLIGHT);
    private @Nullable PushClient client;
    private int run;

    /** Builds the client. */
    @Setup
    public void open() {
        client = PushClient.builder()
                .app(Content.APP, service)
                .limits(LaneLimits.builder()
                        .maxHeld(2 * IN_FLIGHT)
                        .whenFull(Admission.block(PATIENCE))
                        .build())
                .build();
    }

    /** Ends the client. */
    @TearDown
    public void close() {
        if (client != null) {
            client.close();
        }
    }

    /**
     * The road.
     *
     * @return the batch
     * @throws InterruptedException when interrupted
     */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Batch road() throws InterruptedException {
        PushClient road = client;
        if (road == null) {
            throw new IllegalStateException("not set up");
        }
        Batch batch = new Batch(++run, MESSAGES);
        for (int i = 0; i < MESSAGES; i++) {
            CompletableFuture<?> unused = road.send(request(batch, i)).whenComplete((result, failure) -> {
                if (result instanceof SendResult.Accepted) {
                    batch.accepted();
                } else {
                    batch.failed(failure);
                }
            });
        }
        return ended(batch);
    }

    /**
     * The provider by hand.
     *
     * @return the batch
     * @throws InterruptedException when interrupted
     */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Batch byHand() throws InterruptedException {
        Batch batch = new Batch(++run, MESSAGES);
        for (int i = 0; i < MESSAGES; i++) {
            permits.acquire();
            CompletableFuture<?> unused = service.push(request(batch, i)).whenComplete((response, failure) -> {
                permits.release();
                if (response instanceof PushResponse.Accepted) {
                    batch.accepted();
                } else {
                    batch.failed(failure);
                }
            });
        }
        return ended(batch);
    }

    private PushRequest request(Batch batch, int number) {
        return PushRequest.builder(Target.apns(Content.APP, Content.apnsToken(number)), notification)
                .id(new RequestId(batch.id(number)))
                .build();
    }

    private static Batch ended(Batch batch) throws InterruptedException {
        if (!batch.await(PATIENCE)) {
            throw new IllegalStateException("messages have not ended after " + PATIENCE);
        }
        return batch;
    }
}
