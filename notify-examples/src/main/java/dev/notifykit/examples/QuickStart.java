package dev.notifykit.examples;

import dev.notifykit.PushClient;
import dev.notifykit.apns.ApnsPushService;
import dev.notifykit.fanout.Audience;
import dev.notifykit.fanout.FanOutHandler;
import dev.notifykit.fanout.FanOutProgress;
import dev.notifykit.fanout.FanOutSpec;
import dev.notifykit.fcm.FcmPushService;
import dev.notifykit.lane.LaneKey;
import dev.notifykit.push.FanOutId;
import dev.notifykit.push.Notification;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushService;
import dev.notifykit.push.Target;
import dev.notifykit.result.SendResult;
import java.nio.file.Path;

/** The README's quick start, kept here so that it compiles. It needs a real account with each vendor and a file of installations. */
final class QuickStart {

    private QuickStart() {}

    /** Greets one phone, then everybody. */
    static void greet(PushService apns, PushService fcm, Path installations, String token) {
        FanOutHandler everybody = FanOutHandler.builder("everybody")
                .audience(Audience.csv(installations).build()) // columns: app,provider,token
                .lanes(LaneKey.of("com.acme.app", ProviderId.APNS), LaneKey.of("com.acme.app", ProviderId.FCM))
                .build();
        try (PushClient client = PushClient.builder()
                .app("com.acme.app", apns, fcm)
                .handler(everybody)
                .build()) {
            Notification hello = Notification.alert("Hello", "It works");

            SendResult one = client.send(PushRequest.of(Target.fcm("com.acme.app", token), hello))
                    .join();

            client.start(); // begins to work on fan-outs
            FanOutSpec spec = FanOutSpec.builder(FanOutId.of("hello-1"), "everybody", hello)
                    .build();
            FanOutProgress all = client.fanOuts().launch(spec).completion().join();
            System.out.println(one + ", then " + all.results());
        }
    }

    /** Run with the token of one phone. */
    public static void main(String[] args) {
        PushService apns = ApnsPushService.builder()
                .signingKey(Path.of("AuthKey_ABC123DEFG.p8"))
                .keyId("ABC123DEFG")
                .teamId("TEAM123456")
                .build();
        PushService fcm = FcmPushService.builder()
                .serviceAccount(Path.of("service-account.json"))
                .build();
        greet(apns, fcm, Path.of("installations.csv"), args[0]);
    }
}
