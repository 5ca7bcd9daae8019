package dev.notifykit.result;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.fanout.OpenPage;
import dev.notifykit.result.SendResult.Kind;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SendResultTest {

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aKindSurvivesTheStore(Kind kind) {
        byte code = OpenPage.code(kind);

        assertThat(OpenPage.kind(code)).isEqualTo(kind);
        assertThat(SendResult.ofKind(kind).kind()).isEqualTo(kind);
        assertThat(code).as("four bits, and apart from what is no result").isBetween((byte) 2, (byte) 15);
    }

    @Test
    void everyRecordHasAKindOfItsOwnAndEveryKindARecord() {
        Set<Class<?>> records = new HashSet<>();
        for (Kind kind : Kind.values()) {
            records.add(SendResult.ofKind(kind).getClass());
        }
        assertThat(records).containsExactlyInAnyOrder(SendResult.class.getPermittedSubclasses());
    }

    /** What Redis holds of running fan-outs is read by the next version too. */
    @Test
    void theCodesNeverChange() {
        assertThat(Arrays.stream(Kind.values()).map(kind -> OpenPage.code(kind) + "=" + kind))
                .startsWith(
                        "2=ACCEPTED",
                        "3=TOKEN_INVALID",
                        "4=REJECTED",
                        "5=EXPIRED",
                        "6=SUPPRESSED",
                        "7=DEAD_LETTERED",
                        "8=CANCELLED",
                        "9=NOT_SENT",
                        "10=UNKNOWN");
    }

    @Test
    void whatIsNoResultHasNoKind() {
        assertThat(OpenPage.kind(OpenPage.UNMARKED)).isNull();
        assertThat(OpenPage.kind(OpenPage.PARKED)).isNull();
    }
}
