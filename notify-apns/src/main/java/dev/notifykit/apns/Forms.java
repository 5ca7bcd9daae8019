package dev.notifykit.apns;

import dev.notifykit.push.PushRequest;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A few forms that were made lately, so that all rows of a fan-out share one. A new form takes the place of any other, by chance: with more fan-outs than
 * places, or among requests that have each a notification of their own, a form lives as long as it can, and no order of requests is such
 * that none is ever found. Thread-safe without a lock: one that is lost in a race is made again.
 */
final class Forms {

    /** As many as fan-outs run at once in most hosts, and quickly looked through. Each holds on to a notification and its few kilobytes of JSON. */
    static final int MOST = 8;

    private final AtomicReferenceArray<@Nullable PayloadForm> forms = new AtomicReferenceArray<>(MOST);

    @Nullable
    PayloadForm find(PushRequest request, String base) {
        for (int i = 0; i < MOST; i++) {
            PayloadForm form = forms.getAcquire(i);
            if (form != null && form.fits(request, base)) {
                return form;
            }
        }
        return null;
    }

    void add(PayloadForm form) {
        forms.setRelease(ThreadLocalRandom.current().nextInt(MOST), form);
    }
}
