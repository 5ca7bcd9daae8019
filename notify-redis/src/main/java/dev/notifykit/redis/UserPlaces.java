package dev.notifykit.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * The places that a user has given to tokens: nobody has a device that has none, but a place may be left over.
 *
 * @param now when they were read, by Redis's clock
 */
record UserPlaces(long now, List<Place> all) {

    private static final int SIZE = 31;

    /** A token's place; hexadecimal digests, and the mark of the registration. */
    record Place(String token, String installation, String mark, long wrote) {

        @Override
        public String toString() {
            return "Place";
        }
    }

    static UserPlaces read(Talk.Answer answer, int from) {
        List<Place> all = new ArrayList<>();
        for (int i = from + 1; i + 1 < answer.size(); i += 2) {
            byte[] token = answer.bytes(i);
            byte[] value = answer.bytes(i + 1);
            if (value.length > 0 && value[0] > 1 && value[0] < ' ') {
                throw new RedisFailure(RedisFailure.Kind.DAMAGED, "a user's places of a newer build");
            }
            if (value.length < SIZE || value[0] != 1) {
                throw new RedisFailure(RedisFailure.Kind.DAMAGED, "no user's places, or not whole ones");
            }
            all.add(new Place(
                    TokenEntry.hex(token, 0, token.length),
                    TokenEntry.hex(value, 1, 17),
                    TokenEntry.hex(value, 17, 25),
                    TokenEntry.number(value, 25)));
        }
        return new UserPlaces(answer.number(from), List.copyOf(all));
    }

    boolean has(String token) {
        return all.stream().anyMatch(place -> place.token().equals(token));
    }
}
