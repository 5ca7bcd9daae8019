package dev.notifykit.examples;

import dev.notifykit.fanout.AudienceRow;
import dev.notifykit.push.Notification;
import java.util.Locale;
import java.util.Map;

/** What is said, in the recipient's language. */
final class Greeting {

    /** What those are told whose language is missing below. */
    static final Notification NOTIFICATION = Notification.builder()
            .title("Autumn sale")
            .body("Everything with a leaf on it is 20 % off today.")
            .sound("default")
            .data("campaign", "autumn")
            .build();

    private static final Map<String, Notification> OTHERS = Map.of(
            "de", in("Herbstangebot", "Alles mit einem Blatt darauf kostet heute 20 % weniger."),
            "fr", in("Soldes d'automne", "Tout ce qui porte une feuille est à -20 % aujourd'hui."),
            "es", in("Rebajas de otoño", "Todo lo que lleva una hoja, hoy con un 20 % de descuento."));

    private Greeting() {}

    /** A renderer: made for each row just before it is sent, so it looks up and does not build. */
    static Notification render(Notification notification, AudienceRow row) {
        String locale = row.locale() == null ? "" : row.locale();
        return OTHERS.getOrDefault(Locale.forLanguageTag(locale).getLanguage(), notification);
    }

    private static Notification in(String title, String body) {
        return NOTIFICATION.toBuilder().title(title).body(body).build();
    }
}
