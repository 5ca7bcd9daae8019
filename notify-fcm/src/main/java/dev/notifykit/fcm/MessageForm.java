package dev.notifykit.fcm;

import dev.notifykit.push.Notification;
import dev.notifykit.push.PushRequest;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of a message with blanks for what is each recipient's own: his address, the request's id, the seconds left. All the rest is the same for
 * all rows of a fan-out, and is checked and written once. Immutable.
 */
final class MessageForm {

    /** What stands in a blank, between its quotes. All of it is ASCII that JSON does not escape. */
    enum Blank {
        /** Of which {@link FcmAddress} has said that it is such ASCII. */
        ADDRESS,
        ID,
        TTL
    }

    /**
     * One blank.
     *
     * @param at where in the text
     * @param blank what stands there
     */
    record Place(int at, Blank blank) {}

    static final int ID_LENGTH = 36;

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private final Notification notification;
    private final @Nullable String collapseId;
    private final boolean stableId;
    private final boolean expires;
    private final boolean fid;
    private final byte[] text;
    private final int length;
    private final Place[] places;

    /**
     * The form of a request and of all that are like it.
     *
     * @param text what stands around the blanks; not changed by anybody
     * @param length how many bytes of it count
     * @param places of the blanks, in their order
     */
    MessageForm(PushRequest request, byte[] text, int length, List<Place> places) {
        notification = request.notification();
        collapseId = request.collapseId().orElse(null);
        stableId = request.stableId();
        expires = request.expiresAt().isPresent();
        fid = FcmAddress.isFid(request.target().address());
        this.text = text;
        this.length = length;
        this.places = places.toArray(new Place[0]);
    }

    /** Whether the request differs in nothing but what the blanks are for. */
    @SuppressWarnings("ReferenceEquality") // to compare content would cost as much as to write it
    boolean fits(PushRequest request) {
        return notification == request.notification()
                && stableId == request.stableId()
                && expires == request.expiresAt().isPresent()
                && fid == FcmAddress.isFid(request.target().address())
                && Objects.equals(collapseId, request.collapseId().orElse(null));
    }

    /**
     * The message to one recipient.
     *
     * @param request one that {@link #fits}, and whose address is without fault
     * @param secondsLeft of its life; no matter for what does not expire
     * @return UTF-8
     */
    byte[] fill(PushRequest request, long secondsLeft) {
        String address = request.target().address();
        int from = fid ? FcmAddress.FID_PREFIX.length() : 0;
        String ttl = expires ? secondsLeft + "s" : "";
        byte[] to = new byte[length + blanks(address.length() - from, ttl.length())];
        int at = 0;
        int done = 0;
        for (Place place : places) {
            System.arraycopy(text, done, to, at, place.at() - done);
            at += place.at() - done;
            done = place.at();
            at = switch (place.blank()) {
                case ADDRESS -> ascii(address, from, to, at);
                case ID -> hex(request.id().value(), to, at);
                case TTL -> ascii(ttl, 0, to, at);
            };
        }
        System.arraycopy(text, done, to, at, length - done);
        return to;
    }

    private int blanks(int address, int ttl) {
        int all = 0;
        for (Place place : places) {
            all += switch (place.blank()) {
                case ADDRESS -> address;
                case ID -> ID_LENGTH;
                case TTL -> ttl;
            };
        }
        return all;
    }

    @SuppressWarnings("deprecation") // exact for ASCII, and the one copy that makes no array of its own
    private static int ascii(String value, int from, byte[] to, int at) {
        value.getBytes(from, value.length(), to, at);
        return at + value.length() - from;
    }

    /** As {@link UUID#toString()} has it. */
    private static int hex(UUID id, byte[] to, int at) {
        int end = digits(id.getMostSignificantBits(), 16, 8, to, at);
        to[end++] = '-';
        end = digits(id.getMostSignificantBits(), 8, 4, to, end);
        to[end++] = '-';
        end = digits(id.getMostSignificantBits(), 4, 4, to, end);
        to[end++] = '-';
        end = digits(id.getLeastSignificantBits(), 16, 4, to, end);
        to[end++] = '-';
        return digits(id.getLeastSignificantBits(), 12, 12, to, end);
    }

    /** So many hexadecimal digits, of which the first has so many behind it and itself. */
    private static int digits(long bits, int first, int count, byte[] to, int at) {
        for (int i = 0; i < count; i++) {
            to[at + i] = HEX[(int) (bits >>> (4 * (first - 1 - i))) & 0xF];
        }
        return at + count;
    }
}
