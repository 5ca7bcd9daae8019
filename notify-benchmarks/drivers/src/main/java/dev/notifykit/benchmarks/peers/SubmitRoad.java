package dev.notifykit.benchmarks.peers;

import dev.notifykit.PushClient;
import dev.notifykit.benchmarks.harness.Batch;
import dev.notifykit.benchmarks.harness.Content;
import dev.notifykit.benchmarks.harness.Endpoint;
import dev.notifykit.benchmarks.harness.Peer;
import dev.notifykit.benchmarks.road.InstantService;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.message.SubmitReceipt;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** A client that hands messages in and works on none, as the host's threads do it: each waits for its receipts. How many at a time is a subclass's matter. */
abstract class SubmitRoad implements Peer {

    /** With the device's token and the message's id some 200 bytes. */
    private static final Notification NOTIFICATION = Notification.alert(Content.TITLE, Content.BODY);

    private final PushClient client;
    private final ExecutorService threads;
    private final int threadCount;
    private final int together;

    SubmitRoad(Endpoint endpoint, int together) {
        this.together = together;
        threadCount = endpoint.inFlight();
        threads = Executors.newFixedThreadPool(threadCount);
        client = PushClient.builder()
                .app(Content.APP, new InstantService(1))
                .stores(Roads.redis(endpoint))
                .build();
    }

    @Override
    public void send(Batch batch) throws Exception {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> working = new ArrayList<>();
        for (int i = 0; i < threadCount; i++) {
            working.add(threads.submit(() -> {
                for (int n = next.getAndAdd(together); n < batch.size(); n = next.getAndAdd(together)) {
                    submit(batch, n, Math.min(batch.size(), n + together));
                }
            }));
        }
        for (Future<?> thread : working) {
            thread.get();
        }
    }

    private void submit(Batch batch, int from, int to) {
        List<Message> messages = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            messages.add(Message.builder(Recipient.device(Target.apns(Content.APP, Content.apnsToken(i))), NOTIFICATION)
                    .id(MessageId.of(batch.id(i).toString()))
                    .build());
        }
        for (SubmitReceipt receipt : client.submit(messages)) {
            if (receipt.queued()) {
                batch.accepted();
            } else {
                batch.failed(receipt);
            }
        }
    }

    @Override
    public String about() {
        return Libraries.redis();
    }

    @Override
    public void close() {
        threads.shutdown();
        client.close();
    }
}
