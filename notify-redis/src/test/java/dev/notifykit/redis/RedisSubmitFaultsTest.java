package dev.notifykit.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.PushClient;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.message.SubmitReceipt;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.Target;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.QueueUnavailableException;
import dev.notifykit.redis.server.Await;
import dev.notifykit.redis.server.RedisTopology;
import dev.notifykit.redis.server.SharedRedis;
import dev.notifykit.result.SendResult;
import dev.notifykit.testing.FakePushService;
import dev.notifykit.testkit.fault.FaultProxy;
import dev.notifykit.testkit.fault.PlannedFault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.XAddParams;

/** What a host sees that submits over a bad network, or to a Redis in which others write: {@code docs/faults.md}, 2 and 24. */
class RedisSubmitFaultsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MESSAGES = 20;

    /** What a lost answer is waited for; any other call that takes longer is repeated as well. */
    private static final int SHORT_MILLIS = 1_500;

    private static final String FLEET = "-fleet";

    private final RedisTopology redis = SharedRedis.of(RedisTopology.Kind.SINGLE);
    private final TestStores stores = new TestStores(redis);
    private final FakePushService apns = FakePushService.create(ProviderId.APNS);

    @AfterEach
    void close() {
        stores.close();
    }

    private PushClient client(RedisStores over) {
        return PushClient.builder()
                .app("app", apns)
                .dedupStore(over.dedupStore())
                .deviceStore(over.deviceStore())
                .workQueue(over.workQueue())
                .owned(false)
                .build();
    }

    private static List<Message> messages() {
        return IntStream.range(0, MESSAGES)
                .mapToObj(i -> Message.builder(
                                Recipient.device(Target.apns("app", "phone-" + i)), Notification.alert("Goal", "1:0"))
                        .id(MessageId.of("to-phone-" + i))
                        .build())
                .toList();
    }

    private List<String> reached() {
        return apns.accepted().stream()
                .map(PushRequest::target)
                .map(Target::address)
                .toList();
    }

    private void work(PushClient worker) {
        worker.start();
        Await.until(PATIENCE, () -> worker.queueState().pending() == 0, () -> "not in time: " + worker.queueState());
    }

    /** Redis took it, and the host hears of a failure; it says the same again. */
    @Test
    void whatWasTakenAndNotAnsweredIsThereOnceWhenItIsSubmittedAgain() {
        try (FaultProxy proxy = FaultProxy.to("127.0.0.1", redis.node().port()).start();
                RedisClient jedis = RedisClient.builder()
                        .hostAndPort("127.0.0.1", proxy.port())
                        .clientConfig(DefaultJedisClientConfig.builder()
                                .timeoutMillis(SHORT_MILLIS)
                                .build())
                        .build();
                RedisStores deaf = RedisStores.of(
                        jedis,
                        RedisSettings.builder()
                                .prefix(stores.prefix(FLEET))
                                .timeout(Duration.ofMillis(2 * SHORT_MILLIS))
                                .build());
                PushClient host = client(deaf)) {
            TestStores.awaitCheck(deaf);
            PlannedFault lost = proxy.nextRequest()
                    .containing(Script.named("queue_submit").sha())
                    .dropReply();
            List<SubmitReceipt> receipts = null;
            int failures = 0;
            while (receipts == null) {
                try {
                    receipts = host.submit(messages());
                } catch (QueueUnavailableException e) {
                    assertThat(++failures).as("in vain: " + e).isLessThan(20);
                }
            }

            assertThat(lost.applied()).isEqualTo(1);
            assertThat(failures).isPositive();
            assertThat(receipts).allMatch(SubmitReceipt::queued);
            assertThat(receipts)
                    .extracting(SubmitReceipt::id)
                    .containsExactlyElementsOf(
                            messages().stream().map(Message::id).toList());
        }
        try (PushClient worker = client(stores.create(FLEET))) {
            assertThat(worker.submit(messages())).as("and once more").allMatch(SubmitReceipt::queued);
            work(worker);
            assertThat(worker.queueState().made()).isEqualTo(MESSAGES);
            assertThat(reached()).hasSize(MESSAGES).doesNotHaveDuplicates();
        }
    }

    /** Three of the messages are no longer what they were. */
    @Test
    void whatCannotBeReadIsALetterAndAllElseIsSent() {
        RedisStores fleet = stores.create(FLEET, b -> b.partitions(1));
        try (PushClient worker = client(fleet)) {
            assertThat(worker.submit(messages())).allMatch(SubmitReceipt::queued);
            damage(3);
            work(worker);

            assertThat(reached()).hasSize(MESSAGES - 3).doesNotHaveDuplicates();
            assertThat(worker.queueState().results()).isEqualTo(Map.of(SendResult.Kind.ACCEPTED, MESSAGES - 3L));
            assertThat(worker.deadLetters().page(null, 100).letters())
                    .hasSize(3)
                    .allMatch(letter -> letter.why() == DeadLetter.Why.CORRUPT);
            assertThat(worker.queueState().deadLetters()).isEqualTo(3);
        }
    }

    /** The first entries of the only lane lose their ends. */
    private void damage(int count) {
        UnifiedJedis client = stores.client();
        byte[] lane =
                client.keys(bytes(stores.prefix(FLEET) + ":*:q:*")).iterator().next();
        List<Object> entries = client.xrange(lane, bytes("-"), bytes("+"));
        client.del(lane);
        for (int i = 0; i < entries.size(); i++) {
            List<?> entry = (List<?>) entries.get(i);
            byte[] content = (byte[]) ((List<?>) entry.get(1)).get(1);
            byte[] written = i < count ? Arrays.copyOf(content, content.length - 1) : content;
            client.xadd(lane, Map.of(bytes("v"), written), XAddParams.xAddParams());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
