package dev.notifykit.testkit.internal.script;

import dev.notifykit.testkit.reply.Reply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reply and how probable it is.
 *
 * @param probability 0 to 1
 * @param reply what those get that it falls on
 */
public record Share(double probability, Reply reply) {
    /** Picks the share in which the given number of [0, 1) falls when the shares are laid end to end; null beyond the last. */
    static @Nullable Reply pick(List<Share> shares, double number) {
        double bound = 0;
        for (Share share : shares) {
            bound += share.probability;
            if (number < bound) {
                return share.reply;
            }
        }
        return null;
    }
}
