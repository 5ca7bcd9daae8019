package dev.notifykit.codec;

import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceCodec;
import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.fanout.FanOutCodec;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fanout.ParkedRow;
import dev.notifykit.message.Message;
import dev.notifykit.message.MessageCodec;
import dev.notifykit.push.OptionsFormats;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.StampFormat;
import dev.notifykit.queue.DeadLetter;
import dev.notifykit.queue.Delivery;
import dev.notifykit.queue.QueueCodec;
import java.util.List;
import java.util.function.Function;

/** A kind of value that is stored, and how it is packed and drawn. */
record Stored<T>(String name, Function<T, byte[]> pack, Function<byte[], T> unpack, Function<RandomValues, T> drawn) {

    private static final OptionsFormats FORMATS = OptionsFormats.of(
            new StampFormat(ProviderId.of("stamp0")),
            new StampFormat(ProviderId.of("stamp1")),
            new StampFormat(ProviderId.of("stamp2")));
    private static final FanOutCodec FAN_OUTS = new FanOutCodec(FORMATS);
    private static final MessageCodec MESSAGES = new MessageCodec(FORMATS);
    private static final QueueCodec QUEUE = new QueueCodec(FORMATS);

    static final Stored<FanOutSpec> SPEC =
            new Stored<>("spec", FAN_OUTS::pack, FAN_OUTS::unpackSpec, RandomValues::spec);
    static final Stored<List<AudienceRow>> ROWS =
            new Stored<>("rows", FAN_OUTS::packRows, FAN_OUTS::unpackRows, values -> values.rows(5));
    static final Stored<ParkedRow> PARKED =
            new Stored<>("parked", FAN_OUTS::pack, FAN_OUTS::unpackParked, RandomValues::parked);
    static final Stored<Message> MESSAGE =
            new Stored<>("message", MESSAGES::pack, MESSAGES::unpack, RandomValues::message);
    static final Stored<Device> DEVICE =
            new Stored<>("device", DeviceCodec::pack, DeviceCodec::unpack, RandomValues::device);

    static final Stored<Delivery> DELIVERY =
            new Stored<>("delivery", QUEUE::pack, QUEUE::unpackDelivery, RandomValues::delivery);
    static final Stored<DeadLetter> LETTER = new Stored<>(
            "letter",
            QueueCodec::pack,
            bytes -> QueueCodec.unpackLetter(bytes, new DeadLetter.Id(""), null),
            RandomValues::letter);

    static List<Stored<?>> all() {
        return List.of(SPEC, ROWS, PARKED, MESSAGE, DEVICE, DELIVERY, LETTER);
    }

    /** A value of this kind, packed. */
    byte[] bytes(RandomValues values) {
        return pack.apply(drawn.apply(values));
    }

    /** What becomes of bytes that may be anything: a value, which then must be as good as any other, or a typed refusal. */
    boolean survives(byte[] bytes) {
        T value;
        try {
            value = unpack.apply(bytes);
        } catch (CorruptValueException e) {
            return false;
        }
        if (!unpack.apply(pack.apply(value)).equals(value)) {
            throw new AssertionError("a " + name + " that was read does not survive");
        }
        return true;
    }

    @Override
    public String toString() {
        return name;
    }
}
