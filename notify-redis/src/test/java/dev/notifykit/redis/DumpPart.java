package dev.notifykit.redis;

import java.time.Duration;
import java.time.Instant;

/**
 * What a fleet had in one store while it worked, and how its heirs go on from that. A part is one file of each dump: a store that comes later
 * brings another, and {@code DumpTest} names it.
 */
interface DumpPart {

    /** The name of its file. */
    String name();

    /** Brings a store that knows nothing into the middle of its work. */
    void work(RedisStores stores, Clock clock) throws Exception;

    /** Goes on. */
    void goOn(Dump dump) throws Exception;

    /** What was dumped, as often as it is wanted: each time it is made again in a place of its own. */
    interface Dump {

        /** When it was dumped, by Redis's clock. */
        Instant at();

        /** The stores of an heir, by whose clock so much has passed since. */
        RedisStores heir(Duration passed);

        /** The stores of another heir in the place of the last one. */
        RedisStores together();
    }
}
