"""Difficult sentences, each with its right division: a bar stands where a sentence ends."""

from __future__ import annotations

import pandas as pd
import pytest

import crosscurrents as cc
from crosscurrents.core.abbreviations import abbreviations_of, read_abbreviations
from crosscurrents.core.sentences import split_sentences

SENTENCES = [
    ("en", "“We leave at dawn,” the pilot said.| “Nobody stays behind.”"),
    ("en", "“Why wait?” asked Mrs. Dorn.| “The boat is ready.”"),
    ("en", "“It floats!” the boy shouted, and he ran.| Nobody believed him."),
    ("en", "“It leaks,” he said, “and it always has.| We told you.”| She laughed."),
    ("en", "She asked: “Is it true?”| He nodded."),
    ("en", '"Is it true?" she asked.| "It is," he said.| "All of it."'),
    ("en", "'Come in!' cried Tom.| 'The tea is hot.'"),
    ("en", "‘No,’ said Ila.| ‘Never.’"),
    ("en", "He called it “the worst storm in years.”| Then he left."),
    ("en", "The sign read “Closed.”| We went home."),
    ("en", "“The board said ‘never again.’| We believed it,” Rek wrote."),
    ("en", "“He told me, ‘Go home!’”| She went."),
    ("en", "“Stop!”| The guard turned."),
    ("en", "“What happened?” Rek asked.| “Who was there?” he added."),
    ("en", "He said (and I quote): “No.”| That was all."),
    ("en", "The note (it was short.) was lost."),
    ("en", "She left.| (Nobody saw her.)| It rained."),
    ("en", "She left [see p. 4].| It rained."),
    ("en", "Mr. J. R. Sand met Prof. Ila Rek at St. Anne's.| They spoke."),
    ("en", "J.R.R. Dorn wrote it.| It sold."),
    ("en", "George W. Rek lost.| He wept."),
    ("en", "The firm, Orla Boats Inc. of Maine, closed.| It owed money."),
    ("en", "He works for Orla Boats Inc.| She does not."),
    ("en", "Smith & Sons Ltd. and Rek Corp. merged."),
    ("en", "See Vol. 2, No. 5, pp. 3-9, and Fig. 4.| It is there."),
    ("en", "It was on Jan. 5, Sept. 9 and Dec. 24.| Then it ended."),
    ("en", "They met Gen. Sand, Sgt. Bo, Gov. Dorn and Sen. Rek.| All agreed."),
    ("en", "He cited Rek et al. (2003) and others.| It was wrong."),
    ("en", "Boats, e.g. dinghies, i.e. small ones, sank.| Ships did not."),
    ("en", "The case is Rek v. Sand.| It goes on."),
    ("en", "It stands on Main St. near the pier.| It is old."),
    ("en", "Dr. Rek, Ph.D., and Ms. Bo, M.A., spoke.| Few came."),
    ("en", "The U.S. Navy came.| It left."),
    ("en", "He moved to the U.S.| She stayed in Orla."),
    ("en", "He left the U.S. in May.| It rained."),
    ("en", "It is a U.S. Senate matter.| The U.K. Parliament agreed."),
    ("en", "They live in Washington, D.C.| The house is small."),
    ("en", "They live in Washington, D.C., and in Orla."),
    ("en", "The E.U. Commission and the U.N. Security Council met."),
    ("en", "It opens at 9 a.m. and shuts at 5 p.m. on Sundays.| We wait."),
    ("en", "He came at 6 p.m.| Nobody was there."),
    ("en", "It cost $3.5 million.| It was worth 2.5."),
    ("en", "It grew by .5 percent.| Then it fell by 1.2."),
    ("en", "Version 2.0 is out.| Version 3.1.4 is not."),
    ("en", "Visit www.orla.example.org.| It is new."),
    ("en", "In 1999.| Then 2001 came."),
    ("en", "It was 1999.| 12 boats sank."),
    ("en", "Well... I do not know.| Ask her."),
    ("en", "He waited ... and waited.| Nobody came."),
    ("en", "What?!| You sold it?!| Yes."),
    ("en", "No!!!| Never!!!| Go away."),
    ("en", "Yahoo! and Jeopardy! are names."),
    ("en", "He said “…and then it sank.”| We laughed."),
    ("en", "The rock was charted.12| The lamp was lit.[3]| The keepers left.4"),
    ("en", "“It was lit.”5| The keepers left."),
    ("en", "Three things: 1. rope, 2. oil, 3. bread.| That is all."),
    ("en", "1. Buy the rope."),
    ("en", "a) Buy the rope."),
    ("en", "The boat—it leaks!—was sold.| Good."),
    ("en", "Is it late? she wondered.| It was."),
    ("fr", "M. Rek et Mme Sand sont partis à 9 h. 30.| Il pleut."),
    ("fr", "« Il part ? » demanda-t-elle.| « Oui. »"),
    ("fr", "Le no. 5 et l'art. 3 de la loi, p. ex., sont clairs.| Voilà."),
    ("fr", "Selon le Dr. Rek, c'est fini.| Mlle. Bo le croit."),
    ("de", "Am 3. Oktober 1990 kam er.| Es war der 2. Versuch."),
    ("de", "Das 19. Jahrhundert endete.| Friedrich II. starb."),
    ("de", "Er kam z. B. am Montag, d. h. spät.| Sie nicht."),
    ("de", "„Komm!“, rief er.| „Es ist spät.“"),
    ("de", "Die Fa. Rek GmbH u. Co. KG, Str. 5, usw. sind da.| Ende."),
    ("de", "Das kostet ca. 5 Mio. Euro.| Viel Geld."),
    ("es", "El Sr. Rek y la Sra. Bo llegaron.| ¿Quién es?| ¡Nadie!"),
    ("es", "La Dra. Sand, de EE. UU., habló.| Llueve."),
    ("it", "Il sig. Rek e il dott. Bo sono partiti.| Piove."),
    ("nl", "De heer dr. Rek kwam om 9 uur, o.a. met mevr. Bo.| Het regent."),
    ("pt", "O Sr. Rek e a Dra. Bo chegaram.| Chove."),
    ("ru", "А. С. Рек и г. Бо ушли.| Дождь."),
    ("ru", "«Где лодка?» — спросил он.| Никто не ответил."),
    ("zh", "“船在哪里？”他问。|没有人回答！|雨下了。"),
    ("ja", "「船はどこですか。」と彼は聞いた。|誰も答えなかった。"),
    ("sv", "Han kom kl. 9, t.ex. med båt.| Det regnar."),
    ("pl", "Pan prof. Rek i dr Bo przyszli, tj. oboje, o godz. 9.| Pada."),
    ("en", "“I will not go!” declared the minister.| “I am ill.”"),
    ("en", "“Will you come?” the reporter asked.| “No.”"),
    ("en", "“Will you come?” Mr. Sand asked.| “No.”"),
    ("en", "“Will you come?” asked Rek, who was late.| “Perhaps.”"),
    ("en", "“Will you come?”| He did not answer."),
    ("en", "“We won't,” said Gen. Rek.| “We can't.”"),
    ("en", "“Peace,” he said. “is what we want.”"),
    ("en", '"We won."| "We lost."| "Who knows?"'),
    ("en", 'The answer was "No."| The question was "Why?"'),
    ("en", 'He wrote "Who am I?" in 1990.| It sold.'),
    ("en", "His book, Who Am I?, sold well.| It is short."),
    ("en", "“Was it he who said ‘Enough!’?” she asked.| Nobody knew."),
    ("en", "The judge said, “The U.S. cannot wait.”| It did."),
    ("en", "“It rained. …| It snowed.”"),
    ("en", "The Rev. Dr. Martin L. Dorn Jr. spoke.| We wept."),
    ("en", "Sammy Dorn Jr. is ill.| His son, Sammy Dorn III, is not."),
    ("en", "Tom Rek Sr. retired.| Tom Rek Jr. took over."),
    ("en", "He met Lt. Col. A. B. Sand at Ft. Rek, Va., on Mon. 5 May.| It rained."),
    ("en", "The Hon. Ila Rek, M.P., rose.| She sat."),
    ("en", "He holds a B.A. from Orla.| She holds a Ph.D. in law."),
    ("en", "He has a Ph.D.| She has none."),
    ("en", "It was made by Rek & Co.| It broke."),
    ("en", "Rek & Co. made it.| It broke."),
    ("en", "It happened ca. 300 B.C. in Orla.| Then came Rome."),
    ("en", "It fell in 300 A.D.| Rome stood."),
    ("en", "Ropes, oil, etc. were lost.| Bread was not."),
    ("en", "They lost ropes, oil, etc.| The bread was saved."),
    ("en", "Apple Inc. and Rek LLC. agreed.| Dorn plc. did not."),
    ("en", "He lives at 5 Rek Ave. in Orla.| She lives on Rek Blvd."),
    ("en", "He lives on Rek Ave.| The street is long."),
    ("en", "The temperature was 3.5 deg. in Jan. and 20.1 deg. in July.| It rose."),
    ("en", "It weighs 5 lbs. or so.| It is 6 ft. tall."),
    ("en", "It is 6 ft.| The other is 7 in."),
    ("en", "U.S. President Rek met U.N. chief Sand.| They agreed."),
    ("en", "The war ended in the U.S.S.R.| Nobody cheered."),
    ("en", "He is in the U.S.| But she is not."),
    ("en", "In the U.S., it rained.| In the U.K., it did not."),
    ("en", "“It is the U.S.’s fault,” he said.| We agreed."),
    ("en", "At 10:30 a.m. EST the boat sank.| At 11 a.m. it was gone."),
    ("en", "The meeting is at 5 p.m. on Jan. 6.| Come."),
    ("en", "No. 10 Downing St. was shut.| No. 11 was open."),
    ("en", "It cost £3.50.| $4 is more."),
    ("en", "Rates rose 0.25 pts. to 3.5%.| Stocks fell."),
    ("en", "The U.S. (and the E.U.) agreed.| Others didn't."),
    ("en", "He said … nothing.| She said …| Everyone left."),
    ("en", "“I thought....| Never mind.”"),
    ("en", "Really?| Really!| OK."),
    ("en", "He came.| “Welcome,” they said."),
    ("en", "• Ropes and oil.| • Bread."),
    ("en", "E-mail rek@orla.example.| Or call 555.123.4567."),
    ("en", "The file is report.v2.final.pdf.| Read it."),
    ("en", "He was born on 5.3.1980.| She was born on 6.4.1981."),
    ("en", "“And then?”| “And then it sank.”| “Oh.”"),
    ("en", "J. Rek, A. Sand and B. C. Dorn (eds.), The Rock.| It is a book."),
    ("en", "It was World War I.| He was wounded."),
    ("en", "Mr. and Mrs. Rek left.| Messrs. Sand & Dorn stayed."),
    ("en", "This is true.[12]| That is not.[13][14]| Who knows?"),
    ("en", "It is true.¹| It is false.²| Good."),
    ("de", "„Warum?“, fragte Rek.| „Weil es regnet.“"),
    ("de", "Er sagte: „Ich gehe.“| Dann ging er."),
    ("de", "Dr. med. Rek, geb. Sand, kam am Mo., dem 5. Mai.| Es regnete."),
    ("de", "Siehe S. 5, Abs. 3, Nr. 2, Kap. 4.| Dort steht es."),
    ("de", "Es war 1989.| Dann kam die Wende."),
    ("de", "Der 1. FC Rek gewann 3:1.| Gut."),
    ("de", "Er wohnt in der Hauptstr. 5 in Bad Rek.| Sie nicht."),
    ("de", "Das ist u. a. so, z.B. bei Rek, bzw. Sand.| Aha."),
    ("de", "Die USA u. die EU, vgl. Rek, sind dabei.| Ende."),
    ("de", "»Nein«, sagte er.| »Doch!«"),
    ("fr", "« Pourquoi ? » a demandé M. Rek.| « Je ne sais pas. »"),
    ("fr", "Il a dit : « Je pars. »| Puis il est parti."),
    ("fr", "Le 1er janv. 2020, S. E. M. Rek est venu.| Il pleuvait."),
    ("fr", "Il vaut 3,5 M. d'euros, cf. p. 5.| C'est cher."),
    ("fr", "J.-P. Rek et Mme. Sand sont là.| Bien."),
    ("es", "«¿Por qué?», preguntó Rek.| «No sé».| Se fue."),
    ("es", "El Dr. Rek nació el 5 de enero de 1980.| ¡Qué bien!"),
    ("es", "Véase la pág. 5, núm. 3.| Está claro."),
    ("it", "«Perché?» chiese Rek.| «Non so»."),
    ("it", "L'on. Rek e l'avv. Sand, ecc., sono qui.| Bene."),
    ("pt", "“Por quê?” perguntou Rek.| “Não sei.”"),
    ("ru", "Это было в 1990 г. в Москве.| Шёл дождь."),
    ("ru", "— Где он? — спросил Рек.| — Не знаю."),
    ("ja", "彼は来た！|そして「はい。」と言った。"),
    ("ar", "جاء الرجل.| هل رأيته؟| نعم."),
    ("el", "Ήρθε ο κ. Ρεκ.| Πού ήταν;| Δεν ξέρω."),
    ("hi", "वह आया।| वह गया।"),
    ("pl", "„Dlaczego?” – zapytał Rek.| „Nie wiem”."),
    ("nl", "“Waarom?” vroeg Rek.| “Ik weet het niet.”"),
    ("tr", "Dr. Rek 5. katta oturuyor.| İyi."),
]


@pytest.mark.parametrize(("language", "marked"), SENTENCES)
def test_sentences_end_where_a_reader_ends_them(language, marked):
    expected = [part.strip() for part in marked.split("|")]
    assert split_sentences(marked.replace("|", ""), language) == expected


# --- abbreviations that a corpus adds

TEXT = "The Abt. Rek of the mill met. See Beil. Rek and Beil. 3 of it. They left."
OWN = "# of the mill\n[en]\nabt.\n[en, before a number]\nBeil  # supplement\n[de]\nRek\n"


def test_a_list_adds_abbreviations_to_one_language():
    plain = ["The Abt.", "Rek of the mill met.", "See Beil.", "Rek and Beil.", "3 of it.",
             "They left."]  # fmt: skip
    assert split_sentences(TEXT) == plain
    found = split_sentences(TEXT, abbreviations=OWN)
    assert found == ["The Abt. Rek of the mill met.", "See Beil.", "Rek and Beil. 3 of it.",
                     "They left."]  # fmt: skip
    assert split_sentences("Wir sahen Rek. Otto kam.", "de", abbreviations=OWN) == [
        "Wir sahen Rek. Otto kam."
    ]


def test_the_list_of_a_corpus_is_part_of_what_it_is_measured_with(tmp_path):
    pd.DataFrame({"source": ["A"], "text": [TEXT]}).to_csv(tmp_path / "t.csv", index=False)
    plain = cc.measure(cc.read_corpus(tmp_path / "t.csv"), cache=False).documents.iloc[0]
    (tmp_path / "abbreviations.txt").write_text(OWN, encoding="utf-8")
    corpus = cc.read_corpus(tmp_path / "t.csv")
    measures = cc.measure(corpus, cache=False)
    own = measures.documents.iloc[0]
    assert (plain["sentences"], own["sentences"]) == (6, 4)
    assert plain["measured_with"] != own["measured_with"]
    assert plain["words"] == own["words"]
    line = cc.concordance(corpus, "abt").iloc[0]
    assert (line["sentence"], cc.concordance(corpus, "left")["sentence"].iloc[0]) == (1, 4)
    assert cc.measure_tone(corpus, measures).sentences["sentence"].max() == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [("Abt\n", "line 1: 'Abt' stands under no language"),
     ("[en]\nAbt\n[klingon]\n", r"line 3: '\[klingon\]' is no heading; write a language"),
     ("[en, in front]\n", "line 1")],
)  # fmt: skip
def test_a_list_of_another_form_is_an_error_with_its_line(tmp_path, text, message):
    pd.DataFrame({"source": ["A"], "text": [TEXT]}).to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "abbreviations.txt").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message) as error:
        cc.measure(cc.read_corpus(tmp_path / "t.csv"), cache=False)
    assert "abbreviations.txt" in str(error.value)


def test_our_own_list_has_no_word_twice_and_nothing_that_sentencex_knows():
    import sentencex

    from crosscurrents.core import abbreviations

    file = abbreviations.Path(abbreviations.__file__).with_name("abbreviations.txt")
    rows = read_abbreviations(file.read_text(encoding="utf-8"))
    assert len(rows) == len(set(rows)) > 100
    for code, numbered, word in rows:
        if code == "any":
            continue
        behind = "5" if numbered else "Rekmann"
        texts = (f"Abc {word}. {behind} ghi.", f"Abc L'{word}. {behind} ghi.")
        assert any(len([*sentencex.segment(code, text)]) > 1 for text in texts), (code, word)
        found = abbreviations_of(code)
        assert word in (found.numbered if numbered else found.always)
