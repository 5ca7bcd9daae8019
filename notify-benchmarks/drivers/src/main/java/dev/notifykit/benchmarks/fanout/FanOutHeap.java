package dev.notifykit.benchmarks.fanout;

import dev.notifykit.PushClient;
import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Content;
import dev.notifykit.benchmarks.harness.Heap;
import dev.notifykit.benchmarks.harness.Meter;
import dev.notifykit.benchmarks.harness.Reading;
import dev.notifykit.benchmarks.road.InstantService;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOut;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult;
import java.util.stream.IntStream;

/**
 * One fan-out, half to APNs and half to FCM, both of which answer at once, in a fresh JVM, and what is left of it in the heap: read after a full collection while
 * the client is still open and still knows the fan-out. Prints one {@link Result} as a line.
 */
public final class FanOutHeap {

    private static final int IN_FLIGHT = 1_000;
    private static final long POLL_MILLIS = 2;

    private FanOutHeap() {}

    /**
     * What a fan-out took and left.
     *
     * @param reading time, processor and garbage
     * @param heapBefore bytes in use before the launch
     * @param heapHalfway bytes in use when half of the rows had a result
     * @param heapAfter bytes in use when all had
     */
    public record Result(Reading reading, long heapBefore, long heapHalfway, long heapAfter) {

        /**
         * Writes it as one line.
         *
         * @return what {@link #parse} reads
         */
        public String line() {
            return heapBefore + "\t" + heapHalfway + "\t" + heapAfter + "\t" + reading.line();
        }

        /**
         * Reads a line.
         *
         * @param line from {@link #line}
         * @return the result
         */
        public static Result parse(String line) {
            String[] parts = line.split("\t", 4);
            return new Result(
                    Reading.parse(parts[3]),
                    Long.parseLong(parts[0]),
                    Long.parseLong(parts[1]),
                    Long.parseLong(parts[2]));
        }
    }

    /**
     * Runs one fan-out.
     *
     * @param args how many rows
     * @throws InterruptedException when interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        System.out.println(run(Integer.parseInt(args[0])).line());
    }

    private static Result run(int rows) throws InterruptedException {
        FanOutHandler everybody = FanOutHandler.builder("everybody")
                .audience(Audience.of(
                        () -> IntStream.range(0, rows).mapToObj(FanOutHeap::row).iterator()))
                .lanes(LaneKey.of(Content.APP, ProviderId.APNS), LaneKey.of(Content.APP, ProviderId.FCM))
                .build();
        try (PushClient client = PushClient.builder()
                .app(
                        Content.APP,
                        new InstantService(ProviderId.APNS, IN_FLIGHT),
                        new InstantService(ProviderId.FCM, IN_FLIGHT))
                .handler(everybody)
                .build()) {
            client.start();
            FanOutSpec spec = FanOutSpec.builder(
                            FanOutId.of("rows-" + rows), "everybody", Notification.alert(Content.TITLE, Content.BODY))
                    .build();
            Batch batch = new Batch(1, rows);
            long before = Heap.inUse();
            Meter meter = new Meter();
            FanOut fanOut = client.fanOuts().launch(spec);
            while (fanOut.progress().done() < rows / 2 && !fanOut.completion().isDone()) {
                Thread.sleep(POLL_MILLIS);
            }
            long halfway = Heap.inUse();
            FanOutProgress end = fanOut.completion().join();
            for (long i = 0; i < end.count(SendResult.Kind.ACCEPTED); i++) {
                batch.accepted();
            }
            Reading reading = meter.read(batch);
            return new Result(reading, before, halfway, Heap.inUse());
        }
    }

    private static AudienceRow row(int number) {
        return new AudienceRow(
                Integer.toString(number),
                number % 2 == 0
                        ? Target.apns(Content.APP, Content.apnsToken(number))
                        : Target.fcm(Content.APP, Content.fcmToken(number)));
    }
}
