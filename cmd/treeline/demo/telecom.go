package demo

import "time"

// Topics of the telecom company that faults are planted in.
const (
	cancelContract = "cancel_contract"
	upgradePlan    = "upgrade_plan"
	slowInternet   = "slow_internet"
	deviceRepair   = "device_repair"
)

// diagnoseLine is the tool that has an outage.
const diagnoseLine = "diagnose_line"

func telecomStory() *story {
	return &story{
		company: "Globex Telecom", assistant: "Gil", zone: time.Hour, weekend: .5,
		languages: []weightedText{{"en", 70}, {"de", 30}},
		channels:  []weightedText{{"chat", 60}, {"app", 25}, {"whatsapp", 15}},
		tiers:     []weightedText{{"Home 100", 30}, {"Home 250", 25}, {"Home 1000", 10}, {"Mobile M", 20}, {"Mobile L", 15}},
		slots: map[string][]string{
			"contract": {"GX-######", "GX-4#####"}, "amount": {"EUR 39.90", "EUR 54.20", "EUR 71.35", "EUR 18.99", "EUR 103.40"}, "extra": {"EUR 12.50", "EUR 7.99", "EUR 24.00", "EUR 3.60"},
			"month": {"January", "March", "May", "July", "September", "October"}, "speed": {"3 Mbit/s", "8 Mbit/s", "12 Mbit/s", "0.9 Mbit/s", "25 Mbit/s"}, "plan": {"Home 250", "Home 1000", "Mobile L", "Mobile XL"},
			"country": {"Switzerland", "Turkey", "Norway", "Japan", "Canada", "Morocco", "Brazil"}, "phone_model": {"Aster 9", "Aster 9 Pro", "Lumen X2", "Pico Fold"}, "router": {"HomeBox 4", "HomeBox 5", "HomeBox 5 Mesh"},
			"street": {"Ahornweg", "Mill Lane", "Lindenallee", "Harbour Street", "Rosengasse"}, "house": {"#", "1#", "2#", "4#"}, "town": {"Kiel", "Graz", "Cork", "Ghent", "Aarhus", "Jena"},
			"attenuation": {"31.4 dB", "44.0 dB", "18.2 dB", "52.7 dB"}, "ticket": {"T-#######"}, "iccid": {"8949 0### #### ####"}, "day": {"Monday", "Tuesday", "Thursday", "Saturday"},
		},
		topics: telecomTopics(), articles: telecomArticles(), tools: telecomTools(),
		prompts: telecomPrompts(), router: routerPrompt("intent-router", 9, "Globex Telecom", telecomTopics()),
		models: models{
			router: modelName{"openai", "gpt-6-luna"}, embedder: modelName{"openai", "text-embedding-3-small"},
			reranker: modelName{"voyage_ai", "rerank-3"}, judge: modelName{"anthropic", "claude-haiku-4-5"},
		},
		idiom: genAIIdiom{},
		plants: []planting{
			{plant: misroutedIntent, turns: 3, perThousand: 10, language: "de"},
			{plant: toolTimeout, turns: 2, perThousand: 16, window: window{200 * time.Hour, 197 * time.Hour}},
			{plant: inventedAnswer, turns: 2, perThousand: 12, window: window{releaseAge - time.Hour, 30 * time.Minute}, language: "en"},
			{plant: batchJob, turns: 1},
			{plant: lateParent, turns: 1},
			{plant: jailbreak, turns: 2, perThousand: 8},
			{plant: disclosure, turns: 2, perThousand: 6},
		},
	}
}

func telecomTopics() []*topic {
	return []*topic{
		{
			intent: "billing", weight: 22,
			opening: map[string][]string{
				"en": {
					"Why is my bill for {month} {amount}? It is usually less.",
					"There is a charge of {extra} on my bill that I do not recognise. Contract {contract}.",
					"I was billed twice in {month}!! contract {contract}",
					"Can I pay the {amount} in two parts?",
					"Where do I find my invoice for {month}?",
					"what is the {extra} for third party services on my bill",
					"My direct debit for {amount} was returned by the bank. What now?",
				},
				"de": {
					"Warum ist meine Rechnung für {month} so hoch? Vertrag {contract}.",
					"Auf der Rechnung stehen {extra} für Drittanbieter, die kenne ich nicht.",
					"Ich möchte die Rechnung über {amount} in Raten zahlen. Geht das?",
				},
			},
			next: map[string][]string{
				"en": {"Please block third party services for me.", "When is the next bill due?", "Can you send the bill to {email}?"},
			},
			articles: []string{"billing/reading-your-bill", "billing/late-payment"}, tools: []string{"get_invoice"},
			reply: map[string][]string{
				"de": {"Ihre Rechnung zum Vertrag {contract} beträgt {amount}. Darin sind {extra} für Drittanbieterdienste enthalten. Diese Dienste können Sie in der App unter Sperren kostenlos abschalten. Innerhalb von acht Wochen können Sie dem Betrag widersprechen."},
			},
			invented: []string{"Bills below EUR 20 do not need to be paid.", "We always refund third party charges twice."},
		},
		{
			intent: slowInternet, weight: 20,
			opening: map[string][]string{
				"en": {
					"My internet is extremely slow since {day}, only {speed}.",
					"I pay for {plan} and get {speed}. Contract {contract}.",
					"The wifi keeps dropping every few minutes with the {router}.",
					"no internet at all at {street} {house} in {town}",
					"Streaming does not work in the evening. Can you test my line? {contract}",
					"The light on my {router} is red. What does that mean?",
				},
				"de": {
					"Mein Internet ist seit {day} sehr langsam, nur {speed}.",
					"Bei mir in der {street} {house} in {town} geht gar nichts mehr.",
					"Können Sie bitte meine Leitung prüfen? Vertrag {contract}.",
				},
			},
			next: map[string][]string{
				"en": {"I already restarted the router twice.", "When will a technician come?", "Do I get money back for these days?"},
			},
			articles: []string{"internet/slow-connection", "internet/router-lights"}, tools: []string{diagnoseLine},
			reply: map[string][]string{
				"de": {"Die Messung Ihrer Leitung zeigt {speed} bei einer Dämpfung von {attenuation}. Bitte starten Sie den {router} neu und schließen Sie ihn direkt an die erste Dose an. Hilft das nicht, schicken wir mit dem Ticket {ticket} einen Techniker."},
			},
			invented: []string{"The speed resets itself every full moon night at 3 am.", "You receive a full month free for every slow evening."},
		},
		{
			intent: cancelContract, weight: 11,
			opening: map[string][]string{
				"en": {
					"I want to cancel my contract {contract}.",
					"When is the earliest date I can end {contract}?",
					"I am moving abroad to {country} and need to cancel.",
					"please confirm my cancellation, contract number {contract}",
				},
				"de": {
					"Ich möchte meinen Vertrag {contract} zum nächstmöglichen Termin kündigen.",
					"Hiermit kündige ich den Vertrag {contract}. Bitte bestätigen.",
					"Ich ziehe nach {country} und will kündigen, statt in einen anderen Tarif zu wechseln. Vertrag {contract}.",
				},
			},
			next:     map[string][]string{"en": {"Do I have to send the router back?", "Can I keep my number?", "Is there a fee if I end it early?"}},
			articles: []string{"contract/cancel", "contract/moving"}, tools: []string{"contract_terms"},
			reply: map[string][]string{
				"de": {"Ihren Vertrag {contract} können Sie zum {newdate} kündigen. Nach der Mindestlaufzeit beträgt die Frist einen Monat. Die Kündigung habe ich vorgemerkt, die Bestätigung kommt per E-Mail an {email}."},
			},
			invented: []string{"You can simply stop paying, and the contract ends by itself.", "Cancelling by voicemail is valid as well."},
		},
		{
			intent: upgradePlan, weight: 13,
			opening: map[string][]string{
				"en": {
					"Can I switch to {plan}? What does it cost?",
					"I need more data. What is the difference between Mobile M and Mobile L?",
					"Is {plan} available at {street} {house}, {town}?",
					"my neighbour pays less than {amount} for {plan}, why?",
				},
				"de": {"Was kostet der Wechsel zu {plan}?", "Ist {plan} in der {street} {house} in {town} verfügbar?"},
			},
			next:     map[string][]string{"en": {"From when would it apply?", "Does the contract start again?", "Do I need a new router for that?"}},
			articles: []string{"plans/upgrade", "plans/mobile"}, tools: []string{"check_availability"},
			reply: map[string][]string{
				"de": {"Der Wechsel zu {plan} ist jederzeit möglich und gilt ab dem nächsten Monatsersten. Es fällt keine Wechselgebühr an, die Mindestlaufzeit von 24 Monaten beginnt neu."},
			},
			invented: []string{"The first year of every upgrade is free.", "Upgrades made by chat never renew the minimum term."},
		},
		{
			intent: "roaming", weight: 12,
			opening: map[string][]string{
				"en": {
					"Does my plan work in {country}?",
					"I was charged {extra} per day in {country}. I thought it was included.",
					"How do I switch on roaming before I fly to {country} on {date}?",
					"what does 1 GB cost in {country}",
				},
				"de": {"Funktioniert mein Tarif in {country}?", "Was kostet das Internet in {country}?"},
			},
			next:     map[string][]string{"en": {"And phone calls back home?", "Can you set a limit of {extra} for me?"}},
			articles: []string{"roaming/zones", "roaming/day-passes"},
			reply: map[string][]string{
				"de": {"In der EU telefonieren und surfen Sie wie zu Hause. Für andere Länder gibt es den Tagespass für 4,99 EUR mit 1 GB. Ab 60 EUR im Monat sperren wir die Datennutzung automatisch."},
			},
			invented: []string{"Roaming is free on cruise ships.", "Switzerland belongs to the home zone on Sundays."},
		},
		{
			intent: "sim_and_device", weight: 10,
			opening: map[string][]string{
				"en": {
					"How do I move my eSIM to a new {phone_model}?",
					"My phone was stolen, please block the SIM {iccid}.",
					"I need the PUK for my SIM card, contract {contract}",
					"I ordered a {phone_model} on {past} and it has not arrived.",
				},
				"de": {"Wie übertrage ich die eSIM auf mein neues {phone_model}?", "Bitte sperren Sie meine SIM-Karte {iccid}."},
			},
			next:     map[string][]string{"en": {"How long does a new SIM take to {town}?", "Will my number stay the same?"}},
			articles: []string{"sim/esim", "sim/lost"},
			reply: map[string][]string{
				"de": {"Die eSIM übertragen Sie in der App unter Meine SIM mit wenigen Schritten. Der alte QR-Code wird dabei ungültig. Die Sperre einer verlorenen Karte ist kostenlos."},
			},
			invented: []string{"The PUK is always the same as your postcode."},
		},
		{
			intent: "moving_house", weight: 6,
			opening: map[string][]string{
				"en": {"I am moving to {street} {house} in {town} on {date}. Can I take my line with me?", "How early do I have to tell you that I move?", "We move to {town}. Is {plan} available there?"},
				"de": {"Ich ziehe am {date} nach {town} um. Kann ich den Anschluss mitnehmen?"},
			},
			next:     map[string][]string{"en": {"What if it is not available there?", "Does a technician have to come?"}},
			articles: []string{"contract/moving", "contract/cancel"}, tools: []string{"check_availability"},
			reply: map[string][]string{
				"de": {"Den Umzug melden Sie am besten sechs Wochen vorher. Der Anschluss wird zum Wunschtermin umgestellt, einmalig kostet das 29,95 EUR. Ist am neuen Ort kein Anschluss möglich, können Sie mit einem Monat Frist kündigen."},
			},
			invented: []string{"The removal van is paid by us."},
		},
		{
			// Nothing in the knowledge base helps here.
			intent: deviceRepair, weight: 4,
			opening: map[string][]string{
				"en": {"The screen of my {phone_model} is broken. What does a repair cost?", "Do you repair the battery of a {phone_model}?", "My {phone_model} fell into water, is that covered?", "Where can I have a {phone_model} repaired in {town}?"},
				"de": {"Das Display von meinem {phone_model} ist kaputt. Was kostet die Reparatur?"},
			},
			invented: []string{
				"A screen repair costs EUR 89 and takes two working days in any of our shops.",
				"Water damage is covered for 24 months with every plan.",
				"A new battery is free of charge once a year.",
			},
		},
	}
}

func telecomArticles() []*article {
	return []*article{
		{
			id: "billing/reading-your-bill", title: "Reading your bill", updated: "2026-05-12",
			text: []string{
				"Your bill has three parts: the monthly price of your plan, what you used beyond it, and services of third parties. The first bill of a contract also holds the days since the line was switched on, so it is higher than the following ones.",
				"Services of third parties are subscriptions and games that were confirmed on your phone. You can block them in the app under Blocks free of charge, and you can object to a charge within eight weeks of the date of the bill.",
			},
			facts: []string{"You can block them in the app under Blocks free of charge, and you can object to a charge within eight weeks of the date of the bill.", "The first bill of a contract also holds the days since the line was switched on, so it is higher than the following ones."},
		},
		{
			id: "billing/late-payment", title: "Paying late or in parts", updated: "2026-02-09",
			text: []string{
				"A bill is due 14 days after its date. A direct debit that comes back costs EUR 4.50 plus the fee of your bank. Two unpaid bills in a row lead to a block of the line.",
				"You can pay any bill above EUR 50 in up to three monthly parts without interest. Set this up in the app before the bill is due.",
			},
			facts: []string{"You can pay any bill above EUR 50 in up to three monthly parts without interest.", "A direct debit that comes back costs EUR 4.50 plus the fee of your bank."},
		},
		{
			id: "internet/slow-connection", title: "When the internet is slow", updated: "2026-06-01",
			text: []string{
				"First connect a computer to the router by cable and measure again. If the cable is fast and the wifi is slow, move the router into the open or add a mesh point.",
				"Then disconnect the router for 30 seconds and plug it into the first socket, without extension cables. This solves six out of ten cases. The line test in the app takes two minutes and shows what reaches your home.",
				"If the test shows less than half of the speed in your contract on two days, you may reduce the monthly price or cancel without notice. We send a technician within three working days at no charge.",
			},
			facts: []string{"Then disconnect the router for 30 seconds and plug it into the first socket, without extension cables.", "We send a technician within three working days at no charge."},
		},
		{
			id: "internet/router-lights", title: "What the lights on the router mean", updated: "2025-09-23",
			text:  []string{"Green means connected, blinking green means that the router is starting, red means that no signal comes from the socket. If the light stays red for more than ten minutes after a restart, the fault is on our side or in the wiring of the house."},
			facts: []string{"If the light stays red for more than ten minutes after a restart, the fault is on our side or in the wiring of the house."},
		},
		{
			id: "contract/cancel", title: "Ending a contract", updated: "2026-01-05",
			text: []string{
				"After the minimum term of 24 months you can end any contract with a notice of one month. During the minimum term you can only end it for an important reason, such as a move to a place where we have no line.",
				"Cancel online, by letter or in the chat. You receive the confirmation by email within one day. Rented routers have to be sent back within 14 days, otherwise we charge EUR 79.",
				"Your phone number can be moved to another provider until 90 days after the end of the contract.",
			},
			facts: []string{"After the minimum term of 24 months you can end any contract with a notice of one month.", "Rented routers have to be sent back within 14 days, otherwise we charge EUR 79."},
		},
		{
			id: "contract/moving", title: "Moving house", updated: "2026-03-30",
			text: []string{
				"Tell us about your move six weeks ahead, and we switch the line over on the day you choose for EUR 29.95. The contract goes on unchanged, and the minimum term does not start again.",
				"If the speed you pay for is not available at the new address, you can take a slower plan or end the contract with a notice of one month.",
			},
			facts: []string{"Tell us about your move six weeks ahead, and we switch the line over on the day you choose for EUR 29.95.", "If the speed you pay for is not available at the new address, you can take a slower plan or end the contract with a notice of one month."},
		},
		{
			id: "plans/upgrade", title: "Changing to a faster plan", updated: "2026-04-17",
			text: []string{
				"You can change to a faster plan at any time. It applies from the first day of the next month, and there is no fee for the change. The minimum term of 24 months starts again.",
				"Home 250 costs EUR 39.95 a month, Home 1000 costs EUR 54.95 a month. Home 1000 needs the HomeBox 5, which we send you free of charge.",
			},
			facts: []string{"It applies from the first day of the next month, and there is no fee for the change.", "Home 250 costs EUR 39.95 a month, Home 1000 costs EUR 54.95 a month."},
		},
		{
			id: "plans/mobile", title: "Mobile plans", updated: "2026-02-25",
			text:  []string{"Mobile M has 20 GB, Mobile L 60 GB and Mobile XL unlimited data. All of them have unlimited calls and texts in the EU. Data that is left over is added to the next month once."},
			facts: []string{"Mobile M has 20 GB, Mobile L 60 GB and Mobile XL unlimited data."},
		},
		{
			id: "roaming/zones", title: "Using your phone abroad", updated: "2026-05-28",
			text: []string{
				"In the EU, Norway, Iceland and Liechtenstein your plan works as at home. Switzerland, the United Kingdom and Turkey are zone 2, all other countries zone 3.",
				"Data abroad is blocked at EUR 60 a month unless you lift the limit in the app. Roaming on ships and planes is always charged separately.",
			},
			facts: []string{"In the EU, Norway, Iceland and Liechtenstein your plan works as at home.", "Data abroad is blocked at EUR 60 a month unless you lift the limit in the app."},
		},
		{
			id: "roaming/day-passes", title: "Day passes", updated: "2026-05-28",
			text:  []string{"A day pass costs EUR 4.99 in zone 2 and EUR 8.99 in zone 3. It holds 1 GB and 60 minutes and ends 24 hours after the first use. Without a pass, a megabyte costs EUR 0.35."},
			facts: []string{"A day pass costs EUR 4.99 in zone 2 and EUR 8.99 in zone 3.", "It holds 1 GB and 60 minutes and ends 24 hours after the first use."},
		},
		{
			id: "sim/esim", title: "Setting up an eSIM", updated: "2026-01-22",
			text:  []string{"Open My SIM in the app on the new phone and choose Move eSIM. You confirm with a code that is sent to the old phone or by email. The old QR code becomes invalid, and the number works again after about five minutes."},
			facts: []string{"Open My SIM in the app on the new phone and choose Move eSIM.", "The old QR code becomes invalid, and the number works again after about five minutes."},
		},
		{
			id: "sim/lost", title: "Lost or stolen phone", updated: "2025-12-08",
			text:  []string{"Block the SIM at once in the app, online or in the chat; this is free of charge and works day and night. A new SIM card costs EUR 9.95 and arrives within three working days, an eSIM is ready at once."},
			facts: []string{"Block the SIM at once in the app, online or in the chat; this is free of charge and works day and night.", "A new SIM card costs EUR 9.95 and arrives within three working days, an eSIM is ready at once."},
		},
	}
}

func telecomTools() []*tool {
	return []*tool{
		{
			name: "get_invoice", description: "The items of an invoice.", low: 110, high: 300,
			parameters: `{"type":"object","properties":{"contract":{"type":"string"},"month":{"type":"string"}},"required":["contract"]}`,
			arguments:  `{"contract":"{contract}","month":"{month}"}`,
			result:     `{"contract":"{contract}","month":"{month}","total":"{amount}","items":[{"text":"monthly price","amount":"see contract"},{"text":"third party services","amount":"{extra}"}]}`,
			say:        "Your bill for {month} is {amount}, of which {extra} are services of third parties.",
		},
		{
			name: diagnoseLine, description: "Measures the customer's line. Takes up to ten seconds.", low: 1800, high: 5200, isMCP: true,
			parameters: `{"type":"object","properties":{"contract":{"type":"string"}},"required":["contract"]}`,
			arguments:  `{"contract":"{contract}"}`,
			result:     `{"contract":"{contract}","downstream":"{speed}","attenuation":"{attenuation}","router":"{router}","ticket":"{ticket}"}`,
			say:        "The test of your line shows {speed} with an attenuation of {attenuation}, so I opened ticket {ticket}.",
		},
		{
			name: "contract_terms", description: "Term and notice of a contract.", low: 80, high: 200,
			parameters: `{"type":"object","properties":{"contract":{"type":"string"}},"required":["contract"]}`,
			arguments:  `{"contract":"{contract}"}`,
			result:     `{"contract":"{contract}","minimum_term_ends":"{newdate_iso}","notice_months":1}`,
			say:        "The minimum term of contract {contract} ends on {newdate}, so that is the earliest date.",
		},
		{
			name: "check_availability", description: "Which plans are available at an address.", low: 150, high: 500, isMCP: true,
			parameters: `{"type":"object","properties":{"street":{"type":"string"},"town":{"type":"string"}},"required":["street","town"]}`,
			arguments:  `{"street":"{street} {house}","town":"{town}"}`,
			result:     `{"street":"{street} {house}","town":"{town}","plans":["Home 100","Home 250","{plan}"]}`,
			say:        "{plan} is available at {street} {house} in {town}.",
		},
	}
}

func telecomPrompts() []*promptVersion {
	const head = `You are Gil, the assistant of Globex Telecom. You help {{customer_name}}, who has the plan {{plan}}.
Today is {{today}}. Answer in {{language}}.

Rules:
`
	const articles = `
Articles:
<articles>
{{articles}}
</articles>
`
	model := modelName{"openai", "gpt-6.1-terra"}
	return []*promptVersion{
		{
			name: "answer-customer", number: 6, author: "a.quillfeather@example.com", model: model, maxTokens: 700, temperature: .2, reasons: true,
			text: head + `- Use only the articles below and the results of tools. If they do not hold the answer, say that you do not know and offer a colleague.
- State every fee, date and condition that applies, and name the article that it comes from.
- Be friendly, and end with an offer of further help.
` + articles,
		},
		{
			// Shorter, cheaper and more to the point, but no longer told to admit what
			// it does not know.
			name: "answer-customer", number: 7, author: "d.marchetti@example.com", model: model, maxTokens: 250, temperature: .2, reasons: true, isBrief: true,
			text: head + `- Answer with the help of the articles below.
- Be brief: two sentences at most, no greeting, no closing.
- Sound confident. Customers do not like to hear that we do not know.
` + articles,
		},
	}
}
