package dev.notifykit.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PushServiceTest {

    private static final ProviderId EMAIL = ProviderId.of("email");

    private final PushRequest request = PushRequest.of(
            new Target(AppId.of("shop"), EMAIL, Environment.PRODUCTION, "a@b.example"),
            Notification.alert("Hello", "World"));
    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() throws InterruptedException {
        executor.shutdownNow();
        assertThat(executor.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aBlockingClientRunsOnTheHostsExecutor() throws Exception {
        Thread caller = Thread.currentThread();
        PushService service = PushService.blocking(
                EMAIL, executor, r -> new PushResponse.Accepted(String.valueOf(Thread.currentThread() != caller)));

        assertThat(service.push(request).get(60, TimeUnit.SECONDS)).isEqualTo(new PushResponse.Accepted("true"));
        assertThat(service.provider()).isEqualTo(EMAIL);
    }

    @Test
    void whatItThrowsFailsTheFuture() {
        PushService service = PushService.blocking(EMAIL, Runnable::run, r -> {
            throw new IllegalStateException("smtp");
        });

        assertThat(service.push(request)).isCompletedExceptionally();
    }

    @Test
    void anExecutorThatIsFullMeansNotSent() {
        PushService service = PushService.blocking(
                EMAIL,
                task -> {
                    throw new RejectedExecutionException("full");
                },
                r -> new PushResponse.Accepted(""));

        assertThat(service.push(request).join())
                .isInstanceOfSatisfying(
                        PushResponse.Unavailable.class,
                        answer -> assertThat(answer.cause()).isEqualTo(PushResponse.Unavailable.Cause.NOT_SENT));
    }

    @Test
    void theExecutorStaysOpen() {
        PushService.blocking(EMAIL, executor, r -> new PushResponse.Accepted(""))
                .close();

        assertThat(executor.isShutdown()).isFalse();
    }

    @Test
    void aServiceHasDefaults() {
        PushService service = new PushService() {
            @Override
            public ProviderId provider() {
                return EMAIL;
            }

            @Override
            public CompletableFuture<PushResponse> push(PushRequest r) {
                return new CompletableFuture<>();
            }

            @Override
            public void close() {}
        };

        assertThat(service.environment()).isEqualTo(Environment.PRODUCTION);
        assertThat(service.maxInFlight()).isEqualTo(100);
        assertThat(service.check(request)).isEmpty();
    }
}
