package dev.notifykit.redis;

import static dev.notifykit.redis.RedisFailure.Kind;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

class RedisFailureTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "READONLY You can't write against a read only replica.                          | READ_ONLY",
                "READONLY You can't write against a read only replica. script: ab, on @user_script:1. | READ_ONLY",
                "LOADING Redis is loading the dataset in memory                                 | LOADING",
                "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'. | LOADING",
                "OOM command not allowed when used memory > 'maxmemory'.                        | OUT_OF_MEMORY",
                "ERR Error running script (call to f_ab): @user_script:5: @user_script: 5: -OOM command not allowed | OUT_OF_MEMORY",
                "@user_script: 35: -READONLY You can't write against a read only replica.       | READ_ONLY",
                "TRYAGAIN Multiple keys request during rehashing of slot                        | CLUSTER",
                "CLUSTERDOWN The cluster is down                                                | CLUSTER",
                "BUSY Redis is busy running a script.                                           | BUSY",
                "MISCONF Redis is configured to save RDB snapshots                              | BUSY",
                "NOREPLICAS Not enough good replicas to write.                                  | BUSY",
                "WRONGTYPE Operation against a key holding the wrong kind of value              | DAMAGED",
                "NOPERM this user has no permissions to run the 'evalsha' command               | DENIED",
                "ERR user_script:68: something                                                  | ERROR",
            })
    void repliesAreKnownByTheirFirstWord(String message, Kind kind) {
        RedisFailure failure = RedisFailure.of(new JedisDataException(message.strip()));
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.mayHaveRun()).isFalse();
        assertThat(failure).hasNoCause();
    }

    @Test
    void refusedIsUnreachableAndDoneByNobody() {
        RedisFailure failure = RedisFailure.of(new JedisConnectionException(
                "Failed to connect to localhost:1.", new ConnectException("Connection refused")));
        assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(failure.mayHaveRun()).isFalse();
        assertThat(RedisFailure.of(new JedisException("Could not get a resource from the pool"))
                        .kind())
                .isEqualTo(Kind.UNREACHABLE);
    }

    @Test
    void whatBrokeMayHaveRun() {
        RedisFailure timedOut =
                RedisFailure.of(new JedisConnectionException(new SocketTimeoutException("Read timed out")));
        RedisFailure lost = RedisFailure.of(new JedisConnectionException(new SocketException("Connection reset")));
        RedisFailure gaveUp = RedisFailure.of(new JedisClusterOperationException("No more cluster attempts left."));
        assertThat(timedOut.kind()).isEqualTo(Kind.TIMED_OUT);
        assertThat(lost.kind()).isEqualTo(Kind.LOST);
        assertThat(gaveUp.kind()).isEqualTo(Kind.GAVE_UP);
        assertThat(timedOut.mayHaveRun() && lost.mayHaveRun() && gaveUp.mayHaveRun())
                .isTrue();
    }

    @Test
    void accessIsDeniedWhateverTheWords() {
        assertThat(RedisFailure.of(new JedisAccessControlException("ERR invalid password"))
                        .kind())
                .isEqualTo(Kind.DENIED);
    }

    @Test
    void noReplyShowsWhatItQuotes() {
        RedisFailure failure = RedisFailure.of(new JedisDataException(
                "ERR unknown command 'EVALSHA', with args beginning with: 'ab' '1' 'nk:{1}:d:secret'"));
        assertThat(failure).hasMessageContaining("unknown command").hasMessageNotContaining("secret");
        assertThat(RedisFailure.of(new JedisDataException("ERR " + "x".repeat(1_000)))
                        .getMessage())
                .hasSizeLessThan(300);
    }

    @Test
    void aFailureStaysWhatItIs() {
        RedisFailure failure = new RedisFailure(Kind.CLOSED, "");
        assertThat(RedisFailure.of(failure)).isSameAs(failure);
        assertThat(RedisFailure.of(new StackOverflowError()).kind()).isEqualTo(Kind.ERROR);
    }
}
