package demo

import "strings"

// plantedScenes are the conversations in which something is planted.
var plantedScenes = map[string]func(*conversation) []func(*turn){
	staleArticle: func(c *conversation) []func(*turn) {
		fees := c.topicOf(changeFee)
		c.facts.values["fare"] = "Basic"
		return []func(*turn){
			func(t *turn) {
				t.plant = staleArticle
				t.subject = fees
				t.said = t.opening(fees)
				t.answerWith(approach{search: true})
				t.review("correct", false, "The fee is EUR 70 per passenger and direction since January.")
			},
			func(t *turn) {
				t.complain(t.facts.fill("I was just charged EUR 70 for booking {booking}, but you told me EUR 45. Why?"))
			},
		}
	},
	truncatedAnswer: func(c *conversation) []func(*turn) {
		subject := c.choose(func(t *topic) bool { return len(t.articles) > 0 })
		return []func(*turn){
			func(t *turn) {
				t.plant = truncatedAnswer
				t.subject = subject
				t.said = t.opening(subject)
				t.answerWith(approach{search: true})
			},
			func(t *turn) {
				t.subject = subject
				t.said = map[string]string{
					"en": "Your message was cut off. Can you send the rest?", "de": "Ihre Nachricht ist abgeschnitten. Schicken Sie bitte den Rest?",
					"fr": "Votre message est coupé. Pouvez-vous envoyer la suite ?", "ja": "メッセージが途中で切れています。続きを送ってください。",
				}[t.language]
				t.answerWith(approach{search: true})
			},
		}
	},
	slowTool: func(c *conversation) []func(*turn) {
		subject := c.topicOf(changeFlight)
		return []func(*turn){
			func(t *turn) {
				t.plant = slowTool
				t.subject = subject
				t.said = t.opening(subject)
				t.answerWith(approach{act: true})
			},
			func(t *turn) {
				t.isSpoilt = true
				t.chat(map[string][]string{
					"en": {"Hello? Is anyone there?", "That took forever. Is it done now?"}, "de": {"Hallo? Ist da noch jemand?"},
					"fr": {"Allô ? Il y a quelqu'un ?"}, "ja": {"もしもし、まだですか。"},
				}, map[string][]string{
					"en": {"I am here, {first}, and sorry for the wait. Your change is confirmed."}, "de": {"Ich bin da und bitte um Entschuldigung für die Wartezeit. Ihre Umbuchung ist bestätigt."},
					"fr": {"Je suis là, désolée pour l'attente. Votre modification est confirmée."}, "ja": {"お待たせして申し訳ございません。変更は完了しております。"},
				})
			},
			(*turn).sayThanks,
		}
	},
	modelOutage: func(c *conversation) []func(*turn) {
		subject := c.choose(func(t *topic) bool { return len(t.articles) > 0 })
		return []func(*turn){
			func(t *turn) {
				t.plant = modelOutage
				t.isSpoilt = true
				t.open(subject)
			},
			func(t *turn) {
				t.subject = subject
				t.said = t.history[0].said
				t.answerWith(approach{search: true})
			},
		}
	},
	wrongLanguage: func(c *conversation) []func(*turn) {
		subject := c.choose(func(t *topic) bool { return len(t.articles) > 0 })
		return []func(*turn){
			func(t *turn) {
				t.plant = wrongLanguage
				t.subject = subject
				t.said = t.opening(subject)
				t.answerWith(approach{search: true})
			},
			func(t *turn) {
				t.isSpoilt = true
				t.subject = subject
				t.said = "Pouvez-vous répondre en français, s'il vous plaît ? " + t.history[0].said
				t.answerWith(approach{search: true})
			},
		}
	},
	lostStep: func(c *conversation) []func(*turn) {
		subject := c.choose(func(t *topic) bool { return len(t.articles) > 0 })
		return []func(*turn){func(t *turn) {
			t.plant = lostStep
			t.subject = subject
			t.said = t.opening(subject)
			t.answerWith(approach{search: true})
		}}
	},
	forbiddenLookup: func(c *conversation) []func(*turn) {
		subject := c.topicOf(refund)
		return []func(*turn){
			func(t *turn) {
				t.plant = forbiddenLookup
				t.subject = subject
				t.said = t.facts.fill("Where is the refund of {price} for booking {booking}? You approved it in your letter of {past}.")
				t.answerWith(approach{act: true, search: true, inTurn: true})
				t.review("correct", false, "The refund was approved; our lookup failed.")
			},
			func(t *turn) {
				t.complain(t.facts.fill("No refund on record? I am holding your letter of {past} that says {price} for {booking}!"))
			},
		}
	},
	misroutedIntent: func(c *conversation) []func(*turn) {
		cancel := c.topicOf(cancelContract)
		return []func(*turn){
			func(t *turn) {
				t.plant = misroutedIntent
				t.isSpoilt = true
				t.subject = cancel
				t.said = t.opening(cancel)
				t.answerWith(approach{search: true})
				t.review("correct", false, "The customer wanted to cancel.")
			},
			func(t *turn) {
				t.subject = cancel
				t.said = t.again()
				t.answerWith(approach{search: true, act: true})
			},
			(*turn).sayThanks,
		}
	},
	toolTimeout: func(c *conversation) []func(*turn) {
		subject := c.topicOf(slowInternet)
		return []func(*turn){
			func(t *turn) {
				t.plant = toolTimeout
				t.isSpoilt = true
				t.subject = subject
				t.said = t.opening(subject)
				t.answerWith(approach{act: true})
			},
			func(t *turn) { t.goOn(subject) },
		}
	},
	inventedAnswer: func(c *conversation) []func(*turn) {
		subject := c.topicOf(deviceRepair)
		return []func(*turn){
			func(t *turn) {
				t.plant = inventedAnswer
				t.version = t.prompts[1]
				t.subject = subject
				t.said = t.opening(subject)
				t.answerWith(approach{search: true})
				t.review("correct", false, "We do not offer this.")
			},
			func(t *turn) {
				t.complain("I am in the shop now, and they know nothing about this. Who told you that?")
			},
		}
	},
	batchJob: func(*conversation) []func(*turn) {
		return []func(*turn){(*turn).runNightly}
	},
	lateParent: func(c *conversation) []func(*turn) {
		subject := c.choose(anything)
		return []func(*turn){func(t *turn) {
			t.plant = lateParent
			t.open(subject)
		}}
	},
	ignoredError: func(c *conversation) []func(*turn) {
		subject := c.topicOf(transferMoney)
		c.facts.values["sum"] = pick(c.random, []string{"EUR 6,900", "EUR 12,000", "EUR 7,400"})
		c.facts.values["limit"] = "EUR 5,000"
		return []func(*turn){
			func(t *turn) {
				t.plant = ignoredError
				t.subject = subject
				t.said = t.facts.fill("Please send {sum} to {payee} from my account {account}.")
				t.answerWith(approach{act: true})
				t.review("correct", false, "The transfer was refused because of the limit.")
			},
			func(t *turn) {
				t.complain(t.facts.fill("{payee} says that the {sum} never arrived, and it is not in my account movements. You said it was sent!"))
			},
		}
	},
	repetition: func(c *conversation) []func(*turn) {
		subject := c.topicOf(identityCheck)
		return []func(*turn){
			func(t *turn) {
				t.plant = repetition
				t.isSpoilt = true
				t.subject = subject
				t.said = t.opening(subject)
				t.answerWith(approach{act: true})
			},
			func(t *turn) { t.complain(t.again()) },
		}
	},
	unpricedModel: func(c *conversation) []func(*turn) {
		trial := func(t *turn) {
			version := *t.version
			version.model = tellerModel
			t.plant, t.version = unpricedModel, &version
		}
		return []func(*turn){
			func(t *turn) { trial(t); t.open(c.choose(anything)) },
			func(t *turn) { trial(t); t.goOn(c.subject) },
		}
	},
	blockedAdvice: func(c *conversation) []func(*turn) {
		subject := c.topicOf(savingsAdvice)
		return []func(*turn){
			func(t *turn) {
				t.plant = blockedAdvice
				t.subject = subject
				t.said = t.facts.fill(pick(t.random, []string{
					"Should I put {sum} into {fund}? Yes or no?", "What do you think of {fund}? I have {sum} to invest.", "Is {fund} a better choice than your savings account?",
				}))
				t.answerWith(approach{search: true})
			},
			func(t *turn) { t.goOn(subject) },
		}
	},
	jailbreak: func(c *conversation) []func(*turn) {
		return []func(*turn){
			func(t *turn) {
				t.plant = jailbreak
				t.said = t.facts.fill(pick(t.random, jailbreaks))
				t.refuse()
			},
			func(t *turn) { t.open(c.choose(anything)) },
		}
	},
	disclosure: func(c *conversation) []func(*turn) {
		subject := c.choose(anything)
		return []func(*turn){
			func(t *turn) {
				t.plant = disclosure
				t.subject = subject
				t.said = t.facts.fill(strings.ReplaceAll(pick(t.random, disclosures[t.language]), "{again}", t.opening(subject)))
				t.answerWith(t.approach(subject))
			},
			func(t *turn) { t.goOn(subject) },
		}
	},
}
