package dev.notifykit.internal.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.push.FanOutId;
import dev.notifykit.push.RequestId;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The id is stored with other instances and printed in logs: it may never change for the same row. */
class RequestIdsTest {

    @Test
    void theIdOfARowIsFixedForEver() {
        RequestId id = new RequestIds(FanOutId.of("campaign"), 3).of("key-1");
        assertThat(id).isEqualTo(new RequestIds(FanOutId.of("campaign"), 3).of("key-1"));
        assertThat(id.toString()).isEqualTo("9fe17015-746e-8c7f-9cc0-877cd10cfdd8");
        assertThat(id.value().version()).isEqualTo(8);
        assertThat(id.value().variant()).isEqualTo(2);
    }

    @Test
    void fanOutShardAndKeyAllCount() {
        Set<RequestId> ids = new HashSet<>();
        for (String fanOut : new String[] {"a", "ab"}) {
            for (int shard : new int[] {1, 11}) {
                RequestIds made = new RequestIds(FanOutId.of(fanOut), shard);
                for (String key : new String[] {"1", "b1", "\0001", "x"}) {
                    ids.add(made.of(key));
                }
            }
        }
        assertThat(ids).hasSize(16);
    }
}
