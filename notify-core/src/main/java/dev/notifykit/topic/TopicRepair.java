package dev.notifykit.topic;

import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.Repair;
import dev.notifykit.device.RepairReport;
import dev.notifykit.device.Scan;
import dev.notifykit.push.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Finds the subscriptions of installations that are gone, of any two stores: those whose user has not that installation any more. Users without devices stay in their
 * topics, as they may come back with a new phone. Thread-safe; it owns nothing.
 *
 * <p>Between the look at a device and the removal of its subscription the device may be registered anew; then it is subscribed no longer. So
 * run it when few log in, or subscribe on every login, as hosts do anyway.
 */
public final class TopicRepair {

    private final TopicStore topics;
    private final DeviceStore devices;

    /**
     * Over two stores.
     *
     * @param topics whose subscriptions are looked at
     * @param devices which devices there are
     */
    public TopicRepair(TopicStore topics, DeviceStore devices) {
        this.topics = Objects.requireNonNull(topics, "topics");
        this.devices = Objects.requireNonNull(devices, "devices");
    }

    /**
     * Makes one step, which stays within one topic. A cursor names the topic before, and the position where it stands in the next.
     *
     * @param repair where to begin, and whether to remove
     * @return what was found, and where the next step begins; fails as the stores do, and for a cursor that is none with an
     *     {@link IllegalArgumentException}
     */
    public CompletionStage<RepairReport> step(Repair repair) {
        String cursor = repair.cursor() == null ? "" : repair.cursor();
        int slash = cursor.indexOf('/');
        String before = slash < 0 ? cursor : cursor.substring(0, slash);
        String position = slash < 0 ? "" : cursor.substring(slash + 1);
        Scan scan = Scan.all().limit(1);
        return topics.topics(before.isEmpty() ? scan : scan.from(before))
                .thenCompose(listing -> listing.topics().isEmpty()
                        ? CompletableFuture.completedStage(new RepairReport(0, 0, listing.next()))
                        : step(repair, listing, before, position));
    }

    private CompletionStage<RepairReport> step(Repair repair, TopicListing listing, String before, String position) {
        TopicName topic = listing.topics().get(0);
        Scan scan = Scan.all().limit(repair.limit());
        return topics.members(topic, position.isEmpty() ? scan : scan.from(position))
                .thenCompose(page -> gone(page.members()).thenCompose(gone -> {
                    RepairReport report = new RepairReport(
                            page.members().size(),
                            gone.size(),
                            page.next() == null ? listing.next() : before + "/" + page.next());
                    return repair.dryRun() || gone.isEmpty()
                            ? CompletableFuture.completedStage(report)
                            : topics.unsubscribe(topic, gone).thenApply(done -> report);
                }));
    }

    private CompletionStage<List<TopicMember>> gone(List<TopicMember> members) {
        List<CompletableFuture<Optional<TopicMember>>> looks = new ArrayList<>();
        for (TopicMember member : members) {
            if (member instanceof TopicMember.OneDevice device) {
                looks.add(devices.find(device.app(), device.installation())
                        .thenApply(found -> isOf(device, found) ? Optional.<TopicMember>empty() : Optional.of(member))
                        .toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new))
                .thenApply(all ->
                        looks.stream().flatMap(look -> look.join().stream()).toList());
    }

    private static boolean isOf(TopicMember.OneDevice member, Optional<Device> found) {
        return found.filter(device -> device.user().equals(member.user())).isPresent();
    }
}
