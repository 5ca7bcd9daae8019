package dev.notifykit.apns;

import dev.notifykit.apns.LiveActivity.Event;
import dev.notifykit.codec.EnumCodes;
import dev.notifykit.codec.KeptFields;
import dev.notifykit.codec.PackReader;
import dev.notifykit.codec.PackWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** How a {@link LiveActivity} is kept in a store, as a field of the options. */
final class LiveActivityFormat {

    private static final EnumCodes<Event> EVENTS =
            EnumCodes.of(Event.class, Map.of(Event.START, 1, Event.UPDATE, 2, Event.END, 3));

    private static final int EVENT = 1;
    private static final int TIMESTAMP = 2;
    private static final int CONTENT_STATE = 3;
    private static final int STALE_DATE = 4;
    private static final int DISMISSAL_DATE = 5;
    private static final int ATTRIBUTES_TYPE = 6;
    private static final int ATTRIBUTES = 7;
    private static final int INPUT_CHANNEL = 8;

    private LiveActivityFormat() {}

    static void write(PackWriter out, LiveActivity a) {
        out.field(EVENT, a.event(), (field, event) -> field.code(EVENTS, event))
                .field(TIMESTAMP, a.timestamp(), PackWriter::instant)
                .field(CONTENT_STATE, a.contentState().orElse(null), PackWriter::text)
                .field(STALE_DATE, a.staleDate().orElse(null), PackWriter::instant)
                .field(DISMISSAL_DATE, a.dismissalDate().orElse(null), PackWriter::instant)
                .field(ATTRIBUTES_TYPE, a.attributesType().orElse(null), PackWriter::text)
                .field(ATTRIBUTES, a.attributes().orElse(null), PackWriter::text)
                .field(INPUT_CHANNEL, a.inputChannel().orElse(null), PackWriter::text)
                .keep(a.kept());
    }

    static LiveActivity read(PackReader in) {
        Map<Integer, Object> found = new HashMap<>();
        KeptFields kept = in.fields((tag, field) -> {
            switch (tag) {
                case EVENT -> found.put(tag, field.code(EVENTS));
                case TIMESTAMP, STALE_DATE, DISMISSAL_DATE -> found.put(tag, field.instant());
                case CONTENT_STATE, ATTRIBUTES_TYPE, ATTRIBUTES, INPUT_CHANNEL -> found.put(tag, field.text());
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (!(found.get(EVENT) instanceof Event event) || !(found.get(TIMESTAMP) instanceof Instant timestamp)) {
            throw in.invalid("a Live Activity without an event or its time");
        }
        LiveActivity.Builder b =
                new LiveActivity.Builder(event).timestamp(timestamp).kept(kept);
        b.attributes((String) found.get(ATTRIBUTES_TYPE), (String) found.get(ATTRIBUTES));
        if (found.get(CONTENT_STATE) instanceof String json) {
            b.contentState(json);
        }
        if (found.get(STALE_DATE) instanceof Instant stale) {
            b.staleDate(stale);
        }
        if (found.get(DISMISSAL_DATE) instanceof Instant dismissal) {
            b.dismissalDate(dismissal);
        }
        if (found.get(INPUT_CHANNEL) instanceof String channel) {
            b.inputChannel(channel);
        }
        return b.build();
    }
}
