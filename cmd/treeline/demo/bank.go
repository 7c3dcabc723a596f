package demo

import "time"

// Topics of the bank that faults are planted in.
const (
	transferMoney  = "transfer"
	identityCheck  = "identity_check"
	savingsAdvice  = "savings"
	createTransfer = "create_transfer"
	kycStatus      = "kyc_status"
)

// tellerModel has no list price: the bank serves it itself.
var tellerModel = modelName{"initech", "initech-teller-14b"}

func bankStory() *story {
	return &story{
		company: "Initech Bank", assistant: "Iris", zone: 0, weekend: .3,
		languages: []weightedText{{"en", 80}, {"fr", 20}},
		channels:  []weightedText{{"app", 60}, {"web", 30}, {"phone", 10}},
		tiers:     []weightedText{{"Everyday", 60}, {"Plus", 25}, {"Private", 15}},
		slots: map[string][]string{
			"card": {"card ending in ####"}, "sum": {"EUR 1,200", "EUR 2,450", "EUR 6,900", "EUR 310", "EUR 12,000", "EUR 85"}, "payee": {"Alder & Finch Ltd", "Rosa's Garage", "Kappel Immobilien", "Blue Heron Travel", "Studio Marelle"},
			"merchant": {"Quickbite 24", "Nimbus Games", "Grand Bazaar Online", "Volta Charging", "Hotel Meridia"}, "account": {"Everyday ##", "Savings ##", "Joint ##"}, "country": {"Iceland", "Mexico", "Thailand", "Tunisia", "the United States"},
			"rate": {"2.10 %", "2.35 %", "1.90 %"}, "loan": {"EUR 8,000", "EUR 15,000", "EUR 22,500", "EUR 40,000"}, "years": {"two", "three", "five", "seven"}, "limit": {"EUR 5,000", "EUR 2,000"}, "payment": {"PM-########"},
			"fund": {"the Solaria Tech Fund", "shares of Umbra Motors", "the Horizon Crypto Basket"}, "document": {"passport", "identity card", "residence permit"}, "month": {"June", "July", "August", "September", "October"}, "case": {"KY-#####"},
		},
		topics: bankTopics(), articles: bankArticles(), tools: bankTools(),
		prompts: bankPrompts(), router: routerPrompt("desk-intents", 2, "Initech Bank", bankTopics()),
		models: models{
			router: modelName{"mistral_ai", "ministral-8b-2512"}, embedder: modelName{"mistral_ai", "mistral-embed"},
			judge: modelName{"mistral_ai", "mistral-large-2512"},
		},
		idiom: traceloopIdiom{},
		skew:  map[service]time.Duration{knowledge: -80 * time.Millisecond},
		plants: []planting{
			{plant: ignoredError, turns: 2, perThousand: 14, language: "en"},
			{plant: repetition, turns: 2, perThousand: 6},
			{plant: unpricedModel, turns: 2, perThousand: 10, window: window{90 * time.Hour, 60 * time.Hour}},
			{plant: blockedAdvice, turns: 2, perThousand: 16, language: "en"},
			{plant: jailbreak, turns: 2, perThousand: 8},
			{plant: disclosure, turns: 2, perThousand: 12},
		},
	}
}

func bankTopics() []*topic {
	return []*topic{
		{
			intent: "lost_card", weight: 16,
			opening: map[string][]string{
				"en": {
					"I lost my card, please block it! It is the {card}.",
					"my wallet was stolen in {country}. block the {card} now",
					"I cannot find my card. Can I freeze it for a few days?",
					"How do I get a new card? The {card} is broken.",
					"The machine kept my card. What do I do now?",
				},
				"fr": {"J'ai perdu ma carte, merci de la bloquer.", "Ma carte a été avalée par le distributeur. Que faire ?"},
			},
			next:     map[string][]string{"en": {"When does the new one arrive?", "Can I use the old one in my phone until then?", "Do I have to pay for the new card?"}},
			articles: []string{"cards/lost", "cards/new-card"}, tools: []string{"freeze_card"},
			reply: map[string][]string{
				"fr": {"Votre carte est bloquée depuis un instant. Une nouvelle carte arrive sous cinq jours ouvrables à votre adresse. Jusque-là, vous pouvez payer avec la carte virtuelle dans l'application."},
			},
			invented: []string{"A frozen card can still be used for payments below EUR 50."},
		},
		{
			intent: transferMoney, weight: 20,
			opening: map[string][]string{
				"en": {
					"Please send {sum} to {payee} from my account {account}.",
					"I want to transfer {sum} to {payee} today, is that possible?",
					"my transfer of {sum} to {payee} was rejected, why",
					"Can you raise my limit? I need to pay {sum} to {payee}.",
					"How long does a transfer to {country} take?",
					"Set up a standing order of {sum} to {payee} please.",
				},
				"fr": {"Je voudrais virer {sum} à {payee}.", "Mon virement de {sum} vers {payee} a été refusé. Pourquoi ?"},
			},
			next:     map[string][]string{"en": {"Will it arrive today?", "What is my limit for one day?", "Please send me the confirmation {payment}."}},
			articles: []string{"transfers/limits", "transfers/instant"}, tools: []string{createTransfer},
			reply: map[string][]string{
				"fr": {"Le virement de {sum} à {payee} est enregistré sous le numéro {payment}. Les virements instantanés arrivent en dix secondes, les autres le jour ouvrable suivant."},
			},
			invented: []string{"Transfers can be called back for a whole week."},
		},
		{
			intent: "foreign_fees", weight: 12,
			opening: map[string][]string{
				"en": {
					"What does it cost to pay with my card in {country}?",
					"I was charged a fee for a payment at {merchant} in {country}. Is that right?",
					"Which account is best for travelling to {country}?",
					"how much for taking cash from a machine in {country}",
				},
				"fr": {"Quels sont les frais de paiement par carte en {country} ?"},
			},
			next:     map[string][]string{"en": {"And in shops online?", "Is the exchange rate different at the weekend?"}},
			articles: []string{"cards/foreign-fees", "cards/new-card"},
			reply: map[string][]string{
				"fr": {"Les paiements en devises coûtent 1,5 % du montant avec un compte Everyday et sont gratuits avec Plus et Private. Un retrait hors zone euro coûte 3 EUR, puis 1,5 %."},
			},
			invented: []string{"Fees below EUR 2 are always waived."},
		},
		{
			intent: identityCheck, weight: 10,
			opening: map[string][]string{
				"en": {
					"I uploaded my {document} last week. Is my identity check done?",
					"Why do you ask for my {document} again?",
					"my account is restricted until you check my {document}, case {case}",
					"What documents do I need to confirm my new address?",
				},
				"fr": {"Ma vérification d'identité est-elle terminée ? Dossier {case}."},
			},
			next:     map[string][]string{"en": {"Can I do it in a branch instead?", "My name changed when I married. What do you need?"}},
			articles: []string{"identity/documents", "accounts/opening"}, tools: []string{kycStatus},
			reply: map[string][]string{
				"fr": {"Votre dossier {case} est en cours de vérification. Cela prend en général deux jours ouvrables. Nous vous écrivons dès que c'est terminé."},
			},
			invented: []string{"A photo of your library card is enough."},
		},
		{
			intent: "loan", weight: 11,
			opening: map[string][]string{
				"en": {
					"What would a loan of {loan} over {years} years cost me?",
					"Can I repay my loan early? There are {loan} left.",
					"What documents do I need for a loan of {loan}?",
					"whats the current rate for {loan}",
				},
				"fr": {"Combien coûte un prêt de {loan} ?", "Puis-je rembourser mon prêt plus tôt ?"},
			},
			next:     map[string][]string{"en": {"Is the rate fixed?", "Does asking change my credit score?", "Can my partner sign as well?"}},
			articles: []string{"loans/terms", "loans/early-repayment"},
			reply: map[string][]string{
				"fr": {"Le taux effectif va de 5,4 % à 9,9 % selon votre situation. Le remboursement anticipé est possible à tout moment ; les frais sont au plus de 1 % du montant remboursé."},
			},
			invented: []string{"Every customer gets 0 % in the first year."},
		},
		{
			intent: "dispute", weight: 12,
			opening: map[string][]string{
				"en": {
					"I do not recognise a payment of {sum} to {merchant}.",
					"{merchant} charged me twice for the same thing. I want one back.",
					"there is fraud on my account!! {merchant} {sum}",
					"The goods from {merchant} never arrived. Can you get my money back?",
				},
				"fr": {"Je ne reconnais pas un paiement de {sum} chez {merchant}."},
			},
			next:     map[string][]string{"en": {"How long does that take?", "Should I block my card?", "What proof do you need?"}},
			articles: []string{"disputes/unknown-payment", "cards/lost"}, tools: []string{"open_dispute"},
			reply: map[string][]string{
				"fr": {"J'ai ouvert une contestation pour le paiement de {sum} chez {merchant}, numéro {payment}. Nous vous répondons sous dix jours ouvrables. Par prudence, bloquez votre carte dans l'application."},
			},
			invented: []string{"The money is always back on the same day."},
		},
		{
			intent: savingsAdvice, weight: 10,
			opening: map[string][]string{
				"en": {
					"What interest do I get on a savings account?",
					"How much of my money is protected if the bank fails?",
					"I want to put {sum} aside for {years} years. What do you offer?",
					"is my {account} account insured",
				},
				"fr": {"Quel est le taux du compte épargne ?"},
			},
			next:     map[string][]string{"en": {"Can I take money out at any time?", "When is the interest paid?"}},
			articles: []string{"savings/rates", "savings/protection"},
			reply: map[string][]string{
				"fr": {"Le compte épargne rapporte 2,10 % par an, versés chaque trimestre. Les dépôts sont garantis jusqu'à 100 000 EUR par personne."},
			},
			invented: []string{"The rate cannot fall in the next ten years."},
		},
		{
			intent: "statements", weight: 9,
			opening: map[string][]string{
				"en": {"Where do I find my statement for {month}?", "I need a confirmation of my balance for the tax office.", "please send me all statements of {account} since {month}", "Can I get statements on paper?"},
				"fr": {"Où trouver mon relevé de compte ?"},
			},
			next:     map[string][]string{"en": {"As a PDF please.", "Does that cost anything?"}},
			articles: []string{"accounts/statements", "accounts/opening"},
			reply: map[string][]string{
				"fr": {"Vos relevés sont dans l'application sous Documents, pendant dix ans. L'envoi sur papier coûte 1,50 EUR par relevé."},
			},
			invented: []string{"Statements are read to you on the phone at night."},
		},
	}
}

func bankArticles() []*article {
	return []*article{
		{
			id: "cards/lost", title: "Lost or stolen card", updated: "2026-02-14",
			text: []string{
				"Freeze the card in the app as soon as you miss it. A frozen card refuses all payments and can be released again within 30 days. If it was stolen, block it for good instead; this cannot be undone.",
				"You are not liable for payments after the block. Before the block you bear EUR 50 at most, unless the PIN was kept together with the card.",
			},
			facts: []string{"A frozen card refuses all payments and can be released again within 30 days.", "Before the block you bear EUR 50 at most, unless the PIN was kept together with the card."},
		},
		{
			id: "cards/new-card", title: "Ordering a new card", updated: "2026-01-08",
			text:  []string{"A new card arrives within five working days by post. It costs EUR 8, and nothing if the old one was stolen or is about to expire. Until it arrives you can pay with the virtual card in the app."},
			facts: []string{"A new card arrives within five working days by post.", "Until it arrives you can pay with the virtual card in the app."},
		},
		{
			id: "cards/foreign-fees", title: "Paying abroad", updated: "2026-04-01",
			text: []string{
				"Payments in euros are free everywhere. Payments in another currency cost 1.5 % of the amount with an Everyday account and are free with Plus and Private.",
				"Taking cash from a machine outside the euro area costs EUR 3 and then 1.5 % of the amount. The operator of the machine may charge a fee of its own.",
			},
			facts: []string{"Payments in another currency cost 1.5 % of the amount with an Everyday account and are free with Plus and Private.", "Taking cash from a machine outside the euro area costs EUR 3 and then 1.5 % of the amount."},
		},
		{
			id: "transfers/limits", title: "Limits for transfers", updated: "2026-03-21",
			text: []string{
				"You can send up to EUR 5,000 a day in the app and up to EUR 20,000 with a signature by the key. The limit can be raised for one day in the app under Limits; the change applies after four hours.",
				"New recipients have a limit of EUR 2,000 for the first 24 hours, as a protection against fraud.",
			},
			facts: []string{"You can send up to EUR 5,000 a day in the app and up to EUR 20,000 with a signature by the key.", "New recipients have a limit of EUR 2,000 for the first 24 hours, as a protection against fraud."},
		},
		{
			id: "transfers/instant", title: "How long transfers take", updated: "2026-01-19",
			text:  []string{"Instant transfers within the euro area arrive in ten seconds, day and night, and cost nothing extra. Other transfers arrive on the next working day when they are sent before 15:30. Transfers to other countries take two to four working days."},
			facts: []string{"Instant transfers within the euro area arrive in ten seconds, day and night, and cost nothing extra.", "Transfers to other countries take two to four working days."},
		},
		{
			id: "identity/documents", title: "Confirming who you are", updated: "2026-05-03",
			text: []string{
				"Every five years we have to confirm the identity and the address of our customers. A passport or an identity card is enough; residence permits need a second document with your address that is less than three months old.",
				"The check takes two working days after the upload. Until then you can pay and withdraw, but not open new products.",
			},
			facts: []string{"The check takes two working days after the upload.", "A passport or an identity card is enough; residence permits need a second document with your address that is less than three months old."},
		},
		{
			id: "accounts/opening", title: "Opening an account", updated: "2025-11-27",
			text:  []string{"Opening an account takes about eight minutes in the app. You need a smartphone, a valid document and an address in the European Economic Area. The account can be used at once, the card follows by post."},
			facts: []string{"You need a smartphone, a valid document and an address in the European Economic Area."},
		},
		{
			id: "accounts/statements", title: "Statements", updated: "2026-02-28",
			text:  []string{"Statements are in the app under Documents on the second working day of each month and stay there for ten years. Statements on paper cost EUR 1.50 each. A confirmation of the balance for the tax office is free once a year."},
			facts: []string{"Statements are in the app under Documents on the second working day of each month and stay there for ten years.", "A confirmation of the balance for the tax office is free once a year."},
		},
		{
			id: "loans/terms", title: "Loans", updated: "2026-06-10",
			text: []string{
				"Loans run from EUR 1,000 to EUR 50,000 over one to eight years. The effective annual rate lies between 5.4 % and 9.9 % and is fixed for the whole term.",
				"For the decision we need two payslips and a document. Asking for an offer does not change your credit score.",
			},
			facts: []string{"The effective annual rate lies between 5.4 % and 9.9 % and is fixed for the whole term.", "Asking for an offer does not change your credit score."},
		},
		{
			id: "loans/early-repayment", title: "Repaying a loan early", updated: "2025-12-15",
			text:  []string{"You can repay a loan in part or in full at any time. The fee is at most 1 % of the amount repaid early, and 0.5 % in the last year of the term."},
			facts: []string{"The fee is at most 1 % of the amount repaid early, and 0.5 % in the last year of the term."},
		},
		{
			id: "disputes/unknown-payment", title: "Payments that you do not recognise", updated: "2026-03-09",
			text: []string{
				"First look at the details of the payment in the app: many shops bill under another name. If it is still unknown to you, open a dispute within 120 days and freeze the card.",
				"We answer a dispute within ten working days. While it is open, the amount is credited to you for the time being if it is above EUR 30.",
			},
			facts: []string{"We answer a dispute within ten working days.", "If it is still unknown to you, open a dispute within 120 days and freeze the card."},
		},
		{
			id: "savings/rates", title: "Savings accounts", updated: "2026-07-01",
			text:  []string{"The savings account pays 2.10 % a year, from the first euro and without a limit. Interest is paid every quarter, and money can be taken out at any time. Fixed deposits over one year pay 2.35 %."},
			facts: []string{"The savings account pays 2.10 % a year, from the first euro and without a limit.", "Fixed deposits over one year pay 2.35 %."},
		},
		{
			id: "savings/protection", title: "Protection of deposits", updated: "2026-01-02",
			text:  []string{"Deposits are protected by law up to EUR 100,000 for each person and bank. Joint accounts count half for each holder."},
			facts: []string{"Deposits are protected by law up to EUR 100,000 for each person and bank."},
		},
	}
}

func bankTools() []*tool {
	return []*tool{
		{
			name: "freeze_card", description: "Freezes a card at once. Can be undone within 30 days.", low: 90, high: 250,
			parameters: `{"type":"object","properties":{"customer":{"type":"string"},"card":{"type":"string"}},"required":["customer","card"]}`,
			arguments:  `{"customer":"{user}","card":"{card}"}`,
			result:     `{"card":"{card}","state":"frozen","until":"{date_iso}"}`,
			say:        "Your {card} is frozen now and can be released until {date}.",
		},
		{
			name: createTransfer, description: "Sends money. Cannot be undone.", low: 250, high: 700,
			parameters: `{"type":"object","properties":{"from":{"type":"string"},"to":{"type":"string"},"amount":{"type":"string"}},"required":["from","to","amount"]}`,
			arguments:  `{"from":"{account}","to":"{payee}","amount":"{sum}"}`,
			result:     `{"payment":"{payment}","to":"{payee}","amount":"{sum}","state":"accepted"}`,
			say:        "The transfer of {sum} to {payee} is on its way under the number {payment}.",
		},
		{
			name: kycStatus, description: "State of the identity check.", low: 150, high: 450,
			parameters: `{"type":"object","properties":{"case":{"type":"string"}},"required":["case"]}`,
			arguments:  `{"case":"{case}"}`,
			result:     `{"case":"{case}","document":"{document}","state":"in review","received_on":"{past_iso}"}`,
			say:        "Your {document} arrived on {past}, and case {case} is in review.",
		},
		{
			name: "open_dispute", description: "Opens a dispute about a card payment.", low: 200, high: 600,
			parameters: `{"type":"object","properties":{"merchant":{"type":"string"},"amount":{"type":"string"}},"required":["merchant","amount"]}`,
			arguments:  `{"merchant":"{merchant}","amount":"{sum}"}`,
			result:     `{"dispute":"{payment}","merchant":"{merchant}","amount":"{sum}","state":"open","answer_by":"{date_iso}"}`,
			say:        "I opened dispute {payment} about {sum} at {merchant}, and you will have an answer by {date}.",
		},
	}
}

func bankPrompts() []*promptVersion {
	return []*promptVersion{{
		name: "desk-answer", number: 3, author: "w.rutherglen@example.com", model: modelName{"mistral_ai", "mistral-large-2512"}, maxTokens: 500, temperature: .1,
		text: `You are Iris, the assistant of Initech Bank. The client is {{customer_name}} ({{tier}}). Answer in {{language}}.

1. Answer from the articles and the results of tools only.
2. Never recommend an investment, a fund or a share. Offer an appointment with an adviser instead.
3. Confirm an action only if the tool reported success.
4. Keep to four sentences, in plain words.

ARTICLES
{{articles}}
END OF ARTICLES
`,
	}}
}
