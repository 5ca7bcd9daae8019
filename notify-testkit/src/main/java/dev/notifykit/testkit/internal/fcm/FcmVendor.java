package dev.notifykit.testkit.internal.fcm;

import dev.notifykit.testkit.internal.server.Request;
import dev.notifykit.testkit.internal.server.Vendor;
import dev.notifykit.testkit.internal.server.Verdict;
import dev.notifykit.testkit.internal.server.WireAnswer;
import dev.notifykit.testkit.reply.Reply;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * FCM HTTP v1: {@code POST /v1/projects/<id>/messages:send}.
 *
 * @see <a href="https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send">Firebase: projects.messages.send</a>
 */
public final class FcmVendor implements Vendor {
    private static final Pattern PATH = Pattern.compile("/v1/projects/([^/]+)/messages:send");
    private static final String SCHEME = "bearer ";
    private static final byte[] NO_BODY = {};

    private final Set<String> projects;
    private final AccessTokens tokens;
    private final AtomicLong messages = new AtomicLong();

    /** An FCM with the given projects. */
    public FcmVendor(Set<String> projects, AccessTokens tokens) {
        this.projects = Set.copyOf(projects);
        this.tokens = tokens;
    }

    @Override
    public Session newSession(BooleanSupplier certified) {
        return this::examine;
    }

    private Verdict examine(Request request) {
        Reply.Answer refusal = checkAccess(request);
        return refusal != null ? refused(refusal) : MessageRules.examine(request, projectIn(request));
    }

    private Reply.@Nullable Answer checkAccess(Request request) {
        Matcher path = PATH.matcher(request.path());
        if (!"POST".equals(request.method()) || !path.matches()) {
            return FcmErrors.plain(404, "NOT_FOUND", "The requested URL was not found on this server.");
        }
        String granted = grantedProject(request.header("authorization"));
        if (granted == null) {
            return FcmErrors.plain(401, "UNAUTHENTICATED", "The request has no valid OAuth 2 access token.");
        }
        String project = path.group(1);
        return projects.contains(project) && granted.equals(project)
                ? null
                : FcmErrors.plain(
                        403, "PERMISSION_DENIED", "The caller may not create messages in this project, if it exists.");
    }

    private @Nullable String grantedProject(@Nullable String authorization) {
        return authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                ? tokens.projectOf(authorization.substring(SCHEME.length()))
                : null;
    }

    private static String projectIn(Request request) {
        return request.path().split("/", 5)[3];
    }

    static Verdict.Refused refused(Reply.Answer answer) {
        String label = answer.reason();
        return new Verdict.Refused(answer, label != null ? label : Integer.toString(answer.status()), null);
    }

    @Override
    public WireAnswer encode(Reply.Answer answer, Verdict verdict) {
        Reply.Answer shaped = answer.body() != null ? answer : shape(answer, verdict);
        String body = shaped.body();
        String label = shaped.reason() != null ? shaped.reason() : Integer.toString(shaped.status());
        Http2Headers headers = new DefaultHttp2Headers(false).status(Integer.toString(shaped.status()));
        if (body != null && !body.isEmpty()) {
            headers.set("content-type", "application/json; charset=UTF-8");
        }
        if (answer.retryAfter() != null) {
            headers.set("retry-after", answer.retryAfter());
        }
        byte[] bytes = body == null || body.isEmpty() ? NO_BODY : body.getBytes(StandardCharsets.UTF_8);
        return new WireAnswer(headers, bytes, label);
    }

    /** Gives an answer without a body of its own the body that FCM sends with its status and reason. */
    private Reply.Answer shape(Reply.Answer answer, Verdict verdict) {
        int status = answer.status();
        String reason = answer.reason();
        if (status < 300) {
            return new Reply.Answer(status, reason, success(verdict), null, null, null, true);
        }
        if (reason != null) {
            return FcmErrors.fcm(status, reason, "The server said " + reason + ".");
        }
        if (status == 429 && verdict instanceof Verdict.Admitted admitted) {
            return FcmErrors.deviceQuota(admitted.token());
        }
        int ownStatus = status == 410 ? 404 : status; // Reply.unregistered() speaks Apple's number
        String code = FcmErrors.usualCode(ownStatus);
        return code == null ? answer : FcmErrors.fcm(ownStatus, code, "The server said " + code + ".");
    }

    private String success(Verdict verdict) {
        boolean dryRun = verdict instanceof Verdict.Admitted admitted && admitted.dryRun();
        String project = verdict instanceof Verdict.Admitted admitted ? admitted.scope() : "";
        String name = dryRun ? "fake_message_id" : "0:" + Long.toString(messages.incrementAndGet(), 36);
        return "{\"name\":\"projects/" + project + "/messages/" + name + "\"}";
    }

    @Override
    public String goAwayReason() {
        return "session_timed_out";
    }
}
