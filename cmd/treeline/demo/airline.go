package demo

import "time"

// Topics of the airline that faults are planted in.
const (
	changeFee    = "change_fee"
	changeFlight = "change_flight"
	refund       = "refund"
	refundStatus = "refund_status"
)

// Articles of the airline that a stale index confuses.
const (
	currentChangeFees = "fares/change-fees"
	staleChangeFees   = "fares/change-fees-2025"
	staleSnapshot     = "help-articles@2025-12-31"
)

func airlineStory() *story {
	return &story{
		company: "Northwind Air", assistant: "Nora", zone: time.Hour, weekend: .75,
		languages: []weightedText{{"en", 66}, {"de", 15}, {"fr", 9}, {"ja", 10}},
		channels:  []weightedText{{"chat", 55}, {"app", 30}, {"email", 10}, {"voice", 5}},
		tiers:     []weightedText{{"Blue member", 50}, {"Silver member", 20}, {"Gold member", 12}, {"", 18}},
		slots: map[string][]string{
			"flight": {"ND ###", "ND 1###"}, "newflight": {"ND ###"}, "booking": {"@@#@@#", "@#@@@#"},
			"origin":      {"Hamburg", "Lyon", "Dublin", "Vienna", "Gothenburg", "Porto", "Geneva", "Bergen"},
			"destination": {"Lisbon", "Osaka", "Toronto", "Athens", "Reykjavik", "Marrakesh", "Edinburgh", "Palermo", "Seoul"},
			"fare":        {"Basic", "Classic", "Flex"}, "seat": {"1#C", "2#A", "2#F", "7D"}, "bags": {"one bag", "two bags", "a suitcase", "a stroller", "my skis", "a surfboard", "a guitar case"},
			"tag": {"ND7#####", "ND4#####"}, "price": {"EUR 189", "EUR 264", "EUR 312", "EUR 97", "EUR 431"}, "hours": {"two", "three", "four", "five", "nearly six"},
			"pet": {"small dog", "cat", "rabbit", "Labrador", "puppy"}, "miles": {"12,4##", "31,0##", "8,9##", "54,2##"}, "weight": {"18 kg", "21 kg", "25 kg", "29 kg", "32 kg"},
			"gate": {"B1#", "C0#", "A2#"}, "city": {"Hamburg", "Lyon", "Dublin", "Athens", "Osaka", "Palermo"},
		},
		topics: airlineTopics(), articles: airlineArticles(), tools: airlineTools(),
		prompts: airlinePrompts(), router: routerPrompt("care/intent-router", 4, "Northwind Air", airlineTopics()),
		models: models{
			router: modelName{"anthropic", "claude-haiku-5-5"}, embedder: modelName{"cohere", "embed-v5.0-fast"},
			reranker: modelName{"cohere", "rerank-v5.0-fast"}, judge: modelName{"openai", "gpt-5.4-mini"},
		},
		idiom: langfuseIdiom{},
		plants: []planting{
			{plant: staleArticle, turns: 2, perThousand: 9, window: window{96 * time.Hour, 48 * time.Hour}, language: "en"},
			{plant: truncatedAnswer, turns: 2, perThousand: 12},
			{plant: slowTool, turns: 3, perThousand: 6},
			{plant: modelOutage, turns: 2, perThousand: 10, window: window{178 * time.Hour, 177 * time.Hour}},
			{plant: wrongLanguage, turns: 2, perThousand: 14, window: window{releaseAge - time.Hour, time.Hour}, language: "fr"},
			{plant: lostStep, turns: 1, perThousand: 3},
			{plant: forbiddenLookup, turns: 2, perThousand: 8, window: window{132 * time.Hour, 96 * time.Hour}, language: "en"},
			{plant: jailbreak, turns: 2, perThousand: 8},
			{plant: disclosure, turns: 2, perThousand: 10},
		},
	}
}

func airlineTopics() []*topic {
	return []*topic{
		{
			intent: changeFlight, weight: 22,
			opening: map[string][]string{
				"en": {
					"I need to move my flight {flight} to {destination} to {newdate}. Booking {booking}.",
					"can I fly on {newdate} instead of {date}? my reference is {booking}",
					"My meeting was moved. Please rebook me from {origin} to {destination} on {newdate}, booking reference {booking}",
					"We would like to take an earlier flight from {origin} to {destination}. Our booking is {booking}.",
					"how do I change the date of my {fare} ticket to {destination}?",
					"I booked the wrong day by mistake, it should be {newdate} and not {date}. Reference {booking}.",
					"Please put me on {newflight} on {newdate} instead of {flight}. {booking}",
				},
				"de": {
					"Ich möchte meinen Flug {flight} nach {destination} auf den {newdate} umbuchen. Buchung {booking}.",
					"Kann ich statt am {date} auch am {newdate} fliegen? Meine Buchungsnummer ist {booking}.",
					"Bitte buchen Sie mich von {origin} nach {destination} auf einen früheren Flug um, {booking}.",
				},
				"fr": {
					"Je voudrais déplacer mon vol {flight} au {newdate}. Référence {booking}.",
					"Est-il possible de partir le {newdate} au lieu du {date} ? Ma réservation est {booking}.",
				},
				"ja": {"{flight}便を{newdate}に変更したいです。予約番号は{booking}です。", "{date}の便を{newdate}に変更できますか。予約は{booking}です。"},
			},
			next: map[string][]string{
				"en": {"Can I keep seat {seat}?", "Does the new flight have the same baggage allowance?", "What if I want to change it again later?", "Please send the new itinerary to {email}."},
			},
			articles: []string{currentChangeFees, "fares/same-day-change"}, tools: []string{"lookup_booking", "rebook_flight"},
			reply: map[string][]string{
				"de": {"Ihre Buchung {booking} ist jetzt auf Flug {newflight} am {newdate} umgebucht. Für Ihr Ticket im Tarif {fare} sind {price} Tarifdifferenz angefallen. Die neue Bestätigung ist an {email} unterwegs. Kann ich sonst noch etwas für Sie tun?"},
				"fr": {"Votre réservation {booking} est maintenant sur le vol {newflight} du {newdate}. La différence de tarif est de {price}. La confirmation part à l'adresse {email}. Puis-je faire autre chose pour vous ?"},
				"ja": {"ご予約{booking}を{newdate}の{newflight}便に変更いたしました。差額は{price}です。確認メールを{email}にお送りします。"},
			},
			invented: []string{"Changes made in the app never cost anything.", "You can change the flight up to ten minutes after departure."},
		},
		{
			intent: changeFee, weight: 14,
			opening: map[string][]string{
				"en": {
					"How much does it cost to change a {fare} ticket?",
					"What is the change fee for flight {flight}? I have a {fare} fare.",
					"I might have to move my trip to {destination}. What would that cost with a {fare} fare?",
					"is there a fee if i change my booking {booking}",
					"Before I book: what do you charge if I need to change the date of a {fare} ticket later?",
					"Your website mentions a change fee. How high is it for {origin} to {destination}?",
				},
				"de": {"Was kostet es, ein {fare}-Ticket umzubuchen?", "Wie hoch ist die Umbuchungsgebühr für Flug {flight}?"},
				"fr": {"Combien coûte une modification de billet {fare} ?", "Quels sont les frais de changement pour le vol {flight} ?"},
				"ja": {"{fare}運賃の変更手数料はいくらですか。"},
			},
			next: map[string][]string{
				"en": {"Is that per person or per booking?", "And if you move the flight yourselves?", "Is a medical certificate enough to avoid the fee?", "Does that include the fare difference?"},
			},
			articles: []string{currentChangeFees, "fares/same-day-change"},
			reply: map[string][]string{
				"de": {"Im Tarif Basic kostet eine Umbuchung 70 EUR pro Person und Strecke. Classic-Tickets können einmal für 35 EUR umgebucht werden, Flex-Tickets beliebig oft ohne Gebühr. Dazu kommt gegebenenfalls die Tarifdifferenz."},
				"fr": {"Avec le tarif Basic, une modification coûte 70 EUR par passager et par trajet. Un billet Classic peut être modifié une fois pour 35 EUR, un billet Flex sans frais. La différence de tarif s'ajoute le cas échéant."},
				"ja": {"Basic運賃の変更手数料はお一人様・片道につき70ユーロです。Classicは一度だけ35ユーロ、Flexは無料で変更できます。運賃の差額は別途かかります。"},
			},
			invented: []string{"Students never pay a change fee.", "The fee is halved on weekends."},
		},
		{
			intent: refund, weight: 15,
			opening: map[string][]string{
				"en": {
					"You cancelled {flight} on {past}, and I still have not got my money back. Booking {booking}.",
					"How do I get a refund for {booking}? The flight to {destination} was cancelled.",
					"I had to cancel my trip from {origin} to {destination}. Can I get the {price} back?",
					"where is my refund?? reference {booking}",
					"My {fare} ticket was not used because I was ill. What do I get back?",
					"Please refund the ticket of {first} {last}, booking {booking}, paid with card.",
				},
				"de": {"Mein Flug {flight} wurde gestrichen. Wann bekomme ich mein Geld zurück? Buchung {booking}.", "Ich habe meine Reise nach {destination} storniert, Buchung {booking}. Bekomme ich {price} erstattet?"},
				"fr": {"Mon vol {flight} a été annulé. Quand serai-je remboursé ? Réservation {booking}."},
				"ja": {"{flight}便が欠航になりました。払い戻しはいつになりますか。予約番号{booking}です。"},
			},
			next: map[string][]string{
				"en": {"Will it go back to the same card?", "Can I take a voucher instead?", "What about the seat I paid for separately?"},
			},
			articles: []string{"fares/refunds", "rights/delay-compensation"}, tools: []string{refundStatus},
			reply: map[string][]string{
				"de": {"Die Erstattung von {price} für die Buchung {booking} wurde am {past} freigegeben. Sie ist innerhalb von sieben Werktagen auf dem Zahlungsmittel, mit dem Sie gebucht haben."},
				"fr": {"Le remboursement de {price} pour la réservation {booking} a été validé le {past}. Il arrive sous sept jours ouvrables sur le moyen de paiement utilisé."},
				"ja": {"ご予約{booking}の払い戻し（{price}）は{past}に承認されました。7営業日以内にお支払い方法に返金されます。"},
			},
			invented: []string{"Refunds above EUR 100 are paid out in cash at the airport.", "You also receive 5,000 bonus miles automatically."},
		},
		{
			intent: "baggage", weight: 16,
			opening: map[string][]string{
				"en": {
					"My bag did not arrive in {city}. The tag is {tag}.",
					"How much luggage can I take to {destination} on a {fare} ticket?",
					"I want to bring {bags} on flight {flight}. What does that cost?",
					"my suitcase weighs {weight}, is that ok for {fare}?",
					"It has been {hours} hours and nobody can tell me where bag {tag} is!",
					"Is {bags} free of charge when flying from {origin} to {destination}?",
					"The wheel of my suitcase was broken off on {flight}. What do I do?",
				},
				"de": {"Mein Koffer mit der Nummer {tag} ist nicht angekommen.", "Wie viel Gepäck darf ich auf Flug {flight} mitnehmen?"},
				"fr": {"Ma valise {tag} n'est pas arrivée à {city}.", "Quel bagage ai-je le droit d'emporter avec le tarif {fare} ?"},
				"ja": {"{city}で荷物が届きませんでした。タグ番号は{tag}です。"},
			},
			next: map[string][]string{
				"en": {"Who pays for the clothes I need until then?", "Can you deliver it to my hotel?", "What counts as hand luggage?"},
			},
			articles: []string{"baggage/allowance", "baggage/delayed"}, tools: []string{"trace_baggage"},
			reply: map[string][]string{
				"de": {"Das Gepäckstück {tag} wurde in {origin} gefunden und kommt mit Flug {newflight} nach. Wir liefern es Ihnen heute noch nach. Notwendige Einkäufe bis 120 EUR erstatten wir gegen Beleg."},
				"fr": {"Le bagage {tag} a été retrouvé à {origin} et arrive avec le vol {newflight}. Nous vous le livrons aujourd'hui. Les achats indispensables sont remboursés jusqu'à 120 EUR sur justificatif."},
				"ja": {"お荷物{tag}は{origin}で見つかり、{newflight}便で到着します。本日中にお届けいたします。"},
			},
			invented: []string{"Sports equipment always travels free of charge.", "A second suitcase is included in every fare."},
		},
		{
			intent: "delay_compensation", weight: 9,
			opening: map[string][]string{
				"en": {
					"Flight {flight} was {hours} hours late. Do I get compensation?",
					"We missed our connection in {city} because {flight} was late. What are we entitled to?",
					"I waited {hours} hours in {origin} without even a bottle of water. I want compensation for {booking}.",
					"what does EU law say about a delay of {hours} hours to {destination}",
				},
				"de": {"Flug {flight} hatte {hours} Stunden Verspätung. Bekomme ich eine Entschädigung?"},
				"fr": {"Le vol {flight} avait beaucoup de retard. Ai-je droit à une indemnisation ?"},
			},
			next: map[string][]string{
				"en": {"Does that apply to each passenger?", "What if the weather was the reason?", "Where do I send the receipts for the meal?"},
			},
			articles: []string{"rights/delay-compensation", "fares/refunds"},
			reply: map[string][]string{
				"de": {"Ab drei Stunden Verspätung am Zielort stehen Ihnen je nach Strecke 250 bis 600 EUR zu, sofern keine außergewöhnlichen Umstände vorlagen. Bitte reichen Sie den Antrag mit der Buchung {booking} im Bereich Fluggastrechte ein."},
				"fr": {"À partir de trois heures de retard à l'arrivée, l'indemnisation est de 250 à 600 EUR selon la distance, sauf circonstances extraordinaires. Déposez votre demande avec la référence {booking}."},
			},
			invented: []string{"Compensation is doubled for members.", "A delay of one hour already gives you a free ticket."},
		},
		{
			intent: "check_in", weight: 10,
			opening: map[string][]string{
				"en": {
					"I cannot check in online for {flight}. It says error.",
					"When does check-in open for flight {flight} on {date}?",
					"Can I change my seat {seat} to an aisle seat on {flight}?",
					"how do I get my boarding pass on my phone? booking {booking}",
					"We are a family of four and want to sit together on {flight}.",
				},
				"de": {"Ab wann kann ich für {flight} einchecken?", "Ich kann für die Buchung {booking} nicht online einchecken."},
				"ja": {"{flight}便のオンラインチェックインができません。"},
			},
			next:     map[string][]string{"en": {"Is seat {seat} still free?", "Do I need to print the boarding pass?", "Until when can I drop my bag?"}},
			articles: []string{"checkin/online", "checkin/seats"},
			reply: map[string][]string{
				"de": {"Der Online-Check-in öffnet 30 Stunden vor Abflug und schließt 60 Minuten vorher. Die Bordkarte finden Sie danach in der App unter der Buchung {booking}."},
				"ja": {"オンラインチェックインは出発30時間前から60分前まで可能です。搭乗券はアプリの予約{booking}からご覧いただけます。"},
			},
			invented: []string{"Check-in is also possible by text message."},
		},
		{
			intent: "flight_status", weight: 9,
			opening: map[string][]string{
				"en": {"Is {flight} on time today?", "what gate does {flight} leave from", "My wife is on {flight} from {origin}, has it landed yet?", "Will {flight} to {destination} be delayed because of the strike?"},
				"de": {"Ist {flight} heute pünktlich?"}, "fr": {"Le vol {flight} est-il à l'heure ?"}, "ja": {"{flight}便は定刻ですか。"},
			},
			next:  map[string][]string{"en": {"And the connection to {destination}?", "Can you tell me if the gate changes?"}},
			tools: []string{"flight_status"},
			reply: map[string][]string{
				"de": {"Flug {flight} von {origin} nach {destination} ist pünktlich. Der Abflug ist an Gate {gate}."},
				"fr": {"Le vol {flight} de {origin} à {destination} est à l'heure. L'embarquement est en porte {gate}."},
				"ja": {"{origin}発{destination}行きの{flight}便は定刻の予定です。搭乗口は{gate}です。"},
			},
		},
		{
			intent: "pets_and_assistance", weight: 6,
			opening: map[string][]string{
				"en": {"Can I take my {pet} on the flight to {destination}?", "My mother needs a wheelchair in {city}. Booking {booking}.", "What does it cost to travel with a {pet} in the cabin?", "Our son is 11 and flies alone from {origin} to {destination}. What do we need?"},
				"de": {"Darf ich meinen Hund nach {destination} mitnehmen?"},
			},
			next:     map[string][]string{"en": {"Does the carrier count as hand luggage?", "How early do we have to be at the airport?"}},
			articles: []string{"travel/pets", "travel/assistance"},
			reply: map[string][]string{
				"de": {"Kleine Tiere bis 8 kg einschließlich Tasche reisen für 60 EUR pro Strecke in der Kabine. Bitte melden Sie das Tier spätestens 48 Stunden vor Abflug an."},
			},
			invented: []string{"Two animals travel for the price of one."},
		},
		{
			intent: "miles", weight: 7,
			opening: map[string][]string{
				"en": {"How many miles do I have?", "My flight {flight} on {past} was not credited.", "When do my {miles} miles expire?", "what can I do with {miles} miles"},
				"ja": {"マイルの残高を教えてください。"}, "de": {"Wie viele Meilen habe ich?"},
			},
			next:     map[string][]string{"en": {"Can I transfer them to my husband?", "Is that enough for an upgrade to {destination}?"}},
			articles: []string{"loyalty/miles"}, tools: []string{"miles_balance"},
			reply: map[string][]string{
				"de": {"Auf Ihrem Konto sind {miles} Meilen. Sie verfallen 36 Monate nach dem Flug, auf dem Sie sie gesammelt haben."},
				"ja": {"現在の残高は{miles}マイルです。獲得から36か月で失効します。"},
			},
			invented: []string{"Miles never expire for people born on a leap day."},
		},
	}
}

func airlineArticles() []*article {
	return []*article{
		{
			id: currentChangeFees, title: "Changing your flight: fees", updated: "2026-03-01",
			text: []string{
				"You can change the date or time of any Northwind ticket until one hour before departure. The change fee depends on the fare on your ticket, and you also pay the difference if the new flight costs more.",
				"Basic tickets carry a change fee of EUR 70 per passenger and direction. Classic tickets can be changed once for EUR 35 per passenger and direction, and Flex tickets can be changed as often as you like free of charge.",
				"The fee is waived when we cancelled the flight, when we moved it by more than 60 minutes, or when a passenger has a medical certificate. Bookings of ten or more passengers follow the group contract instead.",
			},
			facts: []string{"Basic tickets carry a change fee of EUR 70 per passenger and direction.", "The fee is waived when we cancelled the flight, when we moved it by more than 60 minutes, or when a passenger has a medical certificate."},
		},
		{
			id: staleChangeFees, title: "Changing your flight: fees (2025)", updated: "2025-01-10", isSuperseded: true,
			text: []string{
				"You can change the date or time of any Northwind ticket until two hours before departure. The change fee depends on the fare on your ticket.",
				"Basic tickets carry a change fee of EUR 45 per booking, whatever the number of passengers. Classic and Flex tickets can be changed free of charge.",
				"This page applies to tickets issued until 31 December 2025.",
			},
			facts: []string{"Basic tickets carry a change fee of EUR 45 per booking, whatever the number of passengers.", "Classic and Flex tickets can be changed free of charge."},
		},
		{
			id: "fares/same-day-change", title: "Taking another flight on the same day", updated: "2026-02-11",
			text: []string{
				"On the day of travel you can move to another Northwind flight on the same route for a flat EUR 25, as long as seats are left. The option appears in the app 24 hours before departure.",
				"Same-day changes are free for Silver and Gold members. They cannot be combined with a change of the route.",
			},
			facts: []string{"On the day of travel you can move to another Northwind flight on the same route for a flat EUR 25, as long as seats are left.", "Same-day changes are free for Silver and Gold members."},
		},
		{
			id: "fares/refunds", title: "Refunds", updated: "2026-04-20",
			text: []string{
				"When we cancel a flight you choose between a new flight and the full price of the unused part of your ticket. Refunds are paid to the original means of payment within seven working days.",
				"When you cancel yourself, Flex tickets are refunded in full, Classic tickets minus EUR 60 per passenger, and Basic tickets only for the taxes and charges.",
				"Seats, bags and other extras that were booked separately are refunded together with the ticket when the flight was cancelled by us.",
			},
			facts: []string{"Refunds are paid to the original means of payment within seven working days.", "When you cancel yourself, Flex tickets are refunded in full, Classic tickets minus EUR 60 per passenger, and Basic tickets only for the taxes and charges."},
		},
		{
			id: "baggage/allowance", title: "What you may bring", updated: "2026-05-06",
			text: []string{
				"Every fare includes one small bag of up to 40 x 30 x 20 cm that fits under the seat. Classic and Flex also include a cabin trolley of up to 8 kg and one checked bag of up to 23 kg.",
				"With a Basic fare a checked bag costs EUR 32 online and EUR 55 at the airport, per direction. Bags between 23 and 32 kg cost another EUR 40; heavier pieces travel as cargo.",
				"Strollers and mobility aids are free. Skis, surfboards and instruments count as a checked bag if they are shorter than 190 cm.",
			},
			facts: []string{"With a Basic fare a checked bag costs EUR 32 online and EUR 55 at the airport, per direction.", "Bags between 23 and 32 kg cost another EUR 40; heavier pieces travel as cargo."},
		},
		{
			id: "baggage/delayed", title: "When your bag is late or damaged", updated: "2026-01-30",
			text: []string{
				"Report a missing or damaged bag at the arrivals desk or in the app within seven days, with the number on your bag tag. Most bags arrive with the next flight and are delivered to you free of charge.",
				"Until your bag arrives we refund necessary purchases up to EUR 120 per passenger against receipts. A bag that is missing for 21 days counts as lost.",
			},
			facts: []string{"Until your bag arrives we refund necessary purchases up to EUR 120 per passenger against receipts.", "Report a missing or damaged bag at the arrivals desk or in the app within seven days, with the number on your bag tag."},
		},
		{
			id: "rights/delay-compensation", title: "Delays and your rights", updated: "2026-02-02",
			text: []string{
				"If you reach your destination more than three hours late, you are entitled to EUR 250 for distances up to 1,500 km, EUR 400 up to 3,500 km and EUR 600 beyond that. The amount is per passenger, children included.",
				"No compensation is due when extraordinary circumstances caused the delay, such as a storm or a strike of air traffic control. Meals and a hotel, where a night is needed, are due in any case.",
				"Claims are made online with the booking reference. We answer within 14 days.",
			},
			facts: []string{"If you reach your destination more than three hours late, you are entitled to EUR 250 for distances up to 1,500 km, EUR 400 up to 3,500 km and EUR 600 beyond that.", "No compensation is due when extraordinary circumstances caused the delay, such as a storm or a strike of air traffic control."},
		},
		{
			id: "checkin/online", title: "Online check-in", updated: "2026-03-18",
			text: []string{
				"Online check-in opens 30 hours before departure and closes 60 minutes before departure. You need the booking reference and the last name, and for flights outside Europe the number of your passport.",
				"The boarding pass is stored in the app and can be added to the wallet of your phone. If the check-in shows an error, the airline that operates the flight may be a partner; check in on its page instead.",
			},
			facts: []string{"Online check-in opens 30 hours before departure and closes 60 minutes before departure.", "If the check-in shows an error, the airline that operates the flight may be a partner; check in on its page instead."},
		},
		{
			id: "checkin/seats", title: "Seats", updated: "2025-11-12",
			text: []string{
				"Seats can be chosen from EUR 9 with a Basic fare and free of charge with Classic and Flex. Without a choice a seat is assigned at check-in. Children under twelve are always seated beside one of their parents.",
			},
			facts: []string{"Seats can be chosen from EUR 9 with a Basic fare and free of charge with Classic and Flex."},
		},
		{
			id: "travel/pets", title: "Travelling with animals", updated: "2026-01-15",
			text: []string{
				"Dogs and cats of up to 8 kg, carrier included, travel in the cabin for EUR 60 per direction. Register them at least 48 hours before departure, because only four animals are allowed on each flight.",
				"Larger animals travel in the hold for EUR 140. From June to September animals with short noses are not accepted in the hold because of the heat.",
			},
			facts: []string{"Dogs and cats of up to 8 kg, carrier included, travel in the cabin for EUR 60 per direction.", "Register them at least 48 hours before departure, because only four animals are allowed on each flight."},
		},
		{
			id: "travel/assistance", title: "Assistance at the airport", updated: "2025-10-02",
			text: []string{
				"Wheelchairs, help for blind passengers and company for children between 5 and 11 are free of charge. Ask for them at least 48 hours before departure so that the airport can plan.",
				"Please be at the assistance desk two hours before departure.",
			},
			facts: []string{"Wheelchairs, help for blind passengers and company for children between 5 and 11 are free of charge.", "Please be at the assistance desk two hours before departure."},
		},
		{
			id: "loyalty/miles", title: "Northwind miles", updated: "2026-04-04",
			text: []string{
				"Miles are credited within five days of the flight and expire 36 months later. Missing flights can be added online for six months with the booking reference.",
				"Award tickets start at 8,000 miles, upgrades at 15,000. Miles can be shared within a family account of up to six people.",
			},
			facts: []string{"Miles are credited within five days of the flight and expire 36 months later.", "Award tickets start at 8,000 miles, upgrades at 15,000."},
		},
	}
}

func airlineTools() []*tool {
	return []*tool{
		{
			name: "lookup_booking", description: "Finds a booking by its reference.", low: 90, high: 260,
			parameters: `{"type":"object","properties":{"booking_reference":{"type":"string"}},"required":["booking_reference"]}`,
			arguments:  `{"booking_reference":"{booking}"}`,
			result:     `{"booking_reference":"{booking}","passenger":"{first} {last}","flight":"{flight}","from":"{origin}","to":"{destination}","date":"{date_iso}","fare":"{fare}","status":"confirmed"}`,
		},
		{
			name: "rebook_flight", description: "Moves a booking to another flight. Changes data and may charge the passenger.", low: 380, high: 900,
			parameters: `{"type":"object","properties":{"booking_reference":{"type":"string"},"flight":{"type":"string"},"date":{"type":"string","format":"date"}},"required":["booking_reference","flight","date"]}`,
			arguments:  `{"booking_reference":"{booking}","flight":"{newflight}","date":"{newdate_iso}"}`,
			result:     `{"booking_reference":"{booking}","flight":"{newflight}","date":"{newdate_iso}","fare_difference":"{price}","status":"rebooked"}`,
			say:        "Your booking {booking} is now on flight {newflight} on {newdate}, and the fare difference is {price}.",
		},
		{
			name: refundStatus, description: "Says how far the refund of a booking is.", low: 120, high: 420,
			parameters: `{"type":"object","properties":{"booking_reference":{"type":"string"}},"required":["booking_reference"]}`,
			arguments:  `{"booking_reference":"{booking}"}`,
			result:     `{"booking_reference":"{booking}","amount":"{price}","state":"approved","approved_on":"{past_iso}","method":"card"}`,
			say:        "The refund of {price} for booking {booking} was approved on {past} and is on its way to your card.",
		},
		{
			name: "trace_baggage", description: "Finds a piece of baggage by its tag.", low: 200, high: 700,
			parameters: `{"type":"object","properties":{"tag":{"type":"string"}},"required":["tag"]}`,
			arguments:  `{"tag":"{tag}"}`,
			result:     `{"tag":"{tag}","last_seen":"{origin}","next_flight":"{newflight}","state":"forwarded"}`,
			say:        "Your bag {tag} was last seen in {origin} and follows on flight {newflight}.",
		},
		{
			name: "flight_status", description: "Times and gate of a flight today.", low: 60, high: 180,
			parameters: `{"type":"object","properties":{"flight":{"type":"string"}},"required":["flight"]}`,
			arguments:  `{"flight":"{flight}"}`,
			result:     `{"flight":"{flight}","from":"{origin}","to":"{destination}","status":"on time","gate":"{gate}"}`,
			say:        "Flight {flight} from {origin} to {destination} is on time and leaves from gate {gate}.",
		},
		{
			name: "miles_balance", description: "Miles of the passenger's account.", low: 50, high: 140,
			parameters: `{"type":"object","properties":{"member":{"type":"string"}},"required":["member"]}`,
			arguments:  `{"member":"{user}"}`,
			result:     `{"member":"{user}","miles":"{miles}","next_expiry":"{newdate_iso}"}`,
			say:        "Your account holds {miles} miles, and the first of them expire on {newdate}.",
		},
	}
}

func airlinePrompts() []*promptVersion {
	const head = `You are Nora, the assistant of Northwind Air. You talk to {{customer_name}} ({{tier}}) by {{channel}}.
Today is {{today}}.

# Rules
- Use the help articles below and the results of tools, nothing else. If they do not hold the answer, say so.
- Name every fee and condition that applies to the passenger's fare.
- Do not promise compensation. Explain how to claim it.
`
	const articles = `
# Help articles
{{articles}}
`
	model := modelName{"anthropic", "claude-sonnet-4-6"}
	return []*promptVersion{
		{
			name: "care/answer-passenger", number: 12, author: "r.trescott@example.com", model: model, maxTokens: 600, temperature: .3,
			text: head + "- Answer in the passenger's language: {{language}}.\n- Be warm and clear, and end with an offer of further help.\n" + articles,
		},
		{
			// The release changes the model too, and loses the line about the language.
			name: "care/answer-passenger", number: 13, author: "l.halloway@example.com", model: modelName{"anthropic", "claude-sonnet-5-5"}, maxTokens: 600, temperature: .3,
			text: head + "- Be warm and clear, and end with an offer of further help.\n- Never mention internal names of systems.\n" + articles,
		},
	}
}
