package dev.notifykit.codec;

import dev.notifykit.dedup.DedupKey;
import dev.notifykit.device.Device;
import dev.notifykit.device.InstallationId;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.message.Message;
import dev.notifykit.message.Recipient;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Environment;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.MessageId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.RequestId;
import dev.notifykit.push.StampOptions;
import dev.notifykit.push.Target;
import dev.notifykit.push.Text;
import dev.notifykit.push.Urgency;
import dev.notifykit.push.UserId;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.Delivery;
import dev.notifykit.retry.RetryPolicy;
import dev.notifykit.retry.UnknownPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Values of every kind that is stored, drawn from a seed. */
public final class RandomValues {

    private static final String[] ALPHABETS = {
        "0123456789abcdef",
        "0123456789",
        "ABCDEFabcdef-_:.",
        "abc äöüß ÿ\u0000\n",
        "Привет, как дела",
        "推送通知系统",
        "a€…’ ok, fine",
        "😀👍🏽x",
        "\ud800x\udc00y"
    };
    private static final String[] ZONES = {"Z", "Europe/Berlin", "+05:30", "UTC+2", "America/Argentina/Ushuaia", "GMT0"
    };
    private static final String[] LOCALES = {"de-DE", "en", "zh-Hant-TW", "und", "ja-JP-u-ca-japanese", "sr-Latn"};

    private final Random random;

    public RandomValues(long seed) {
        random = new Random(seed);
    }

    public String text(int most) {
        String alphabet = ALPHABETS[random.nextInt(ALPHABETS.length)];
        int length = random.nextInt(most + 1);
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private String filled(int most) {
        return "x" + text(most - 1);
    }

    private String name() {
        return "n." + Long.toString(random.nextLong(), 36);
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    private <E> E one(E[] values) {
        return values[random.nextInt(values.length)];
    }

    private Map<String, String> map(int most) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int left = random.nextInt(most + 1); left > 0; left--) {
            map.put(text(12), text(40));
        }
        return map;
    }

    public Instant instant() {
        return switch (random.nextInt(5)) {
            case 0 -> Instant.ofEpochMilli(random.nextLong());
            case 1 -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
            case 2 -> random.nextBoolean() ? Instant.MIN : Instant.MAX;
            default -> Instant.ofEpochMilli(1_700_000_000_000L + random.nextInt());
        };
    }

    public Duration duration() {
        return switch (random.nextInt(4)) {
            case 0 -> Duration.ofNanos(random.nextLong());
            case 1 -> Duration.ofSeconds(random.nextLong(), random.nextInt(1_000_000_000));
            default -> Duration.ofMillis(random.nextInt(1_000_000));
        };
    }

    public Target target() {
        return new Target(
                AppId.of(name()),
                random.nextBoolean() ? ProviderId.APNS : ProviderId.of(name()),
                one(Environment.values()),
                filled(200));
    }

    private Text shown() {
        return random.nextInt(3) > 0
                ? Text.of(text(60))
                : new Text.Localized(
                        filled(10),
                        IntStream.range(0, random.nextInt(4))
                                .mapToObj(i -> text(9))
                                .toList());
    }

    public Notification notification() {
        Notification.Builder b = Notification.builder();
        if (random.nextInt(4) == 0) {
            b.background();
        } else {
            b.title(shown());
            if (random.nextBoolean()) {
                b.body(shown()).badge(random.nextInt(Integer.MAX_VALUE));
            }
            if (random.nextBoolean()) {
                b.subtitle(shown()).image("https://" + text(20)).sound(text(9));
            }
        }
        if (random.nextBoolean()) {
            b.thread(text(20)).category(text(20));
        }
        map(5).forEach((key, value) -> b.data("k" + key, value));
        for (int left = random.nextInt(3); left > 0; left--) {
            b.options(new StampOptions(
                    ProviderId.of("stamp" + random.nextInt(3)), text(30), random.nextLong(), random.nextDouble()));
        }
        return b.build();
    }

    public RetryPolicy retryPolicy() {
        Duration first = Duration.ofNanos(1 + random.nextInt(Integer.MAX_VALUE));
        return RetryPolicy.builder()
                .maxAttempts(1 + random.nextInt(Integer.MAX_VALUE))
                .firstBackoff(first)
                .maxBackoff(first.plusMillis(random.nextInt(1000)))
                .totalDeadline(Duration.ofMillis(1 + random.nextInt(Integer.MAX_VALUE)))
                .maxRetryAfter(Duration.ofSeconds(1 + random.nextInt(9000)))
                .build();
    }

    public FanOutSpec spec() {
        FanOutSpec.Builder b = FanOutSpec.builder(FanOutId.of(name()), filled(20), notification())
                .parameters(map(6))
                .urgency(one(Urgency.values()))
                .delivery(one(FanOutSpec.Delivery.values()))
                .unknownPolicy(one(UnknownPolicy.values()))
                .stableId(random.nextBoolean());
        if (random.nextBoolean()) {
            b.expiresAt(instant()).collapseId(filled(30)).retryPolicy(retryPolicy());
        }
        return b.build();
    }

    public AudienceRow row() {
        return new AudienceRow(filled(20), target(), maybe(() -> text(8)), maybe(() -> one(ZONES)), map(4));
    }

    public List<AudienceRow> rows(int most) {
        return IntStream.range(0, random.nextInt(most + 1)).mapToObj(i -> row()).toList();
    }

    public ParkedRow parked() {
        return new ParkedRow(
                random.nextLong(), row(), random.nextInt(), random.nextBoolean(), duration(), random.nextBoolean());
    }

    public DedupKey dedupKey() {
        DedupKey key = DedupKey.of(filled(40));
        key = random.nextBoolean() ? key.content(text(30)) : key;
        return random.nextBoolean() ? key.version(random.nextLong()) : key;
    }

    public Message message() {
        Message.Builder b = Message.builder(Recipient.device(target()), notification())
                .id(MessageId.of(name()))
                .urgency(one(Urgency.values()))
                .stableId(random.nextBoolean())
                .collapseId(maybe(() -> text(30)))
                .notBefore(maybe(this::instant))
                .expiresAt(maybe(this::instant));
        if (random.nextBoolean()) {
            b.dedupKey(dedupKey());
        }
        return b.build();
    }

    public PushRequest request() {
        return PushRequest.builder(target(), notification())
                .id(new RequestId(new UUID(random.nextLong(), random.nextLong())))
                .urgency(one(Urgency.values()))
                .stableId(random.nextBoolean())
                .collapseId(maybe(() -> text(30)))
                .expiresAt(maybe(this::instant))
                .build();
    }

    public Delivery delivery() {
        return new Delivery(
                MessageId.of(name()),
                maybe(this::dedupKey),
                request(),
                random.nextInt(),
                random.nextBoolean(),
                duration());
    }

    /** Only what is packed of a letter: see the codec. */
    public DeadLetter letter() {
        return new DeadLetter(
                new DeadLetter.Id(""),
                one(DeadLetter.Why.values()),
                null,
                maybe(() -> text(100)),
                random.nextInt(),
                instant());
    }

    public Device device() {
        Instant registered = Instant.ofEpochMilli(random.nextLong() >>> 1);
        Device.Builder b = Device.builder(UserId.of(filled(60)), target(), registered)
                .locale(maybe(() -> Locale.forLanguageTag(one(LOCALES))))
                .zone(maybe(() -> ZoneId.of(one(ZONES))))
                .lastSeen(registered.plusMillis(random.nextInt()));
        if (random.nextBoolean()) {
            b.installation(InstallationId.of(filled(40)));
        }
        return b.build();
    }
}
