package engine

import "strings"

// The lists below are written as [fold] gives them: small letters, without
// accents. They were put together by hand from common knowledge, and are no
// register of anybody.

// firstNames are common in the Netherlands, of whatever origin, and no Dutch
// word: one with a capital counts anywhere.
var firstNames = wordSet(`
	aad aaron abdel abdelkarim abdullah abel achraf adam adil adrian adriana agnes ahmed ahmet aicha aisha aissa akram
	alessandro alex alexander alexandra ali alice alicia aliyah alp alper alwin alya amal amalia amanda amber ambre
	amelia amelie amina amine amir amira amy ana anass andre andrea andreas andrew andries andy angela angelina angelique
	anika anil anisha anissa anita anja anke anna annabel anne anneke annelies annemarie annemiek annet annette annick
	annika anouar anouk antoine antoinette anton antonio anwar arda arian ariana arie arjan arjen arlette arnold arthur
	ashley ashna ashwin asiya asli astrid aya ayaan ayah ayden ayla aylin ayman ayoub ayse aysegul aysel aysun ayub azra
	badr bahar baris bart bartho bastiaan beatrix benjamin bente berat berend berkay bernadette bernard bernie bert betul
	bianca bilal birgit bjorn boaz bob boris boudewijn bradley brahim bram brandon brechtje brenda brian brigitte britt
	bruno burak busra caitlin calvin cansu carla carlijn carlo carlos carmen carolien carolina caroline casper catharina
	cathelijne catherine cato celine cem cemre cengiz ceren ceylin chadia chaima chaimae chantal charissa charlotte
	chayenne cheryl chiara chloe christa christel christiaan christian christien christina christine christopher cindy
	claire clara claudia clyde coby coen colin conny coosje corina corine cornelia cornelis corrie cynthia daan dagmar
	daisy damian dana dani daniel danielle danique danny daphne dario darryl dave davey david debbie deborah defne delano
	demi demian demir denise deniz dennis derya dewi dewy dexter diana diederik diego dieuwertje dilan dilara dina
	dingeman dirk djamila djenna dolf dominic dominique donna donny dorien doris douwe driss duco dunya duuk dylan ebru
	ece eda eddy edith eduard edwin eef eefje eelco efe egbert eileen ekaterina ela elena elias elif elin eline elisa
	elisabeth elise elisha eliza ella ellen ellie ellis elmira elodie elsa elske emel emiel emile emilia emilie emily
	emine emir emirhan emma emmy emre enes enrico erdem eren eric erica erik erika erkan ernst erwin esma esmee esmeralda
	esra estelle esther ethan eva evan evelien eveline evelyn evert evi evy eymen eyup ezra fabian fabienne faisal famke
	farah fardau farid farida faruk fatih fatiha fatima fatma fatoumata faya fayza fedde feline felix fem femke fenna
	fenne ferdi ferdinand fernando feyza fien fiene filip finn fiona fleurine fleurtje floortje florian floris foekje
	fons fouad francesca francien francis francisca franciscus frank franka frederik freek freya frits froukje furgell
	furkan gabriel gabriela gabrielle gaby gea geert geertje geertruida gerard gerben gerda gerrie gerrit gert gertjan
	giel gijs gijsbert gilles gina gino giovani giovanna giovanni gizem glenda glenn gokhan greetje gregory greta guido
	gulsah gulsen guus habiba hafid hafsa haiko hajar hakan hakim halil halima hamid hamza hanan hande hanna hannah
	hanneke hannie hans harm harmen harold harry harvey hasan hassan hatice hatim havin hayat hector hedwig heidi helen
	helena helene hend hendrik hendrika henk hennie henny henriette henry herman hessel hester hicham hidde hilal hilda
	hilde houda hubert hugo huseyin hussein huub ibrahim ibtissam ida ihsan ikram ilana ilham ilias ilja ilknur ilona
	ilse ilyas ilyes iman imane imani imke imran indira ineke inez inge ingeborg ingrid irem irena irene irina irma isa
	isaac isabel isabella isabelle ismael ismail israe issam ivan ivana ivar ivo iwan izabella jaap jacco jack jackson
	jacob jacqueline jada jahmairo jaimy jair jalal jamal jamie jamila jamilla jandino jane janine janna janne janneke
	jannes jannie janny janot janou jari jarno jaro jasmin jasmina jasmine jason jasper jayda jayden jaylano jaylinn
	jayson jean jeanet jeanette jeanine jeffrey jelle jelmer jelte jenna jennifer jenny jens jeremy jermaine jerney
	jeroen jerome jerrel jerry jesper jesse jessica jessy jette jill jim jimmy jip jippe jitske joan joanna joanne
	jocelyn jochem joel joella joep joes joey johan johanna johannes john johnny jolanda jolie jolien jolijn jonas
	jonathan joost jorge jorien jorik jorinde joris jorn jorne jorrit jos jose josefien josefina joseph josephine joshua
	josien josine joyce jozef juan juanita judith jules julia julian juliana julie julien juliet juliette julius juna
	junior jurgen jurmain jurre justin justine kaan kai kaj karel karen karim karima karin karlijn kasper kathelijne
	kathleen katinka katja kaya kayla kaylee kayleigh keano kees kelly kelvin kemal kenan kenji kenneth kenny kenrick
	kerem kerim kevin khadija khadijah khaled khalid kian kika kiki kim kimberley kimberly kiran kirsten kjeld klaas
	klara kobus koen koos kris kristel kristina kubra kyan kyano kyara kyra kyro laila lamyae lana lara larissa lars
	laura lauren laurens laurie lea leah leen leendert leila lena lenn lennard lennart lennox leo leon leonardo leonie
	leonoor leroy levi lewis leyla liam lian lianne lidewij lidia lieke liesbeth liesje lilian liliana lily lina linda
	lindsay lindsey linn linsey lisa lisanne liselot lisette livia liz liza lize lizzy loek loes lois lonneke lorena
	lorenzo lotje lotta lotte lou louay loubna louis louisa louise luc luca lucas lucia lucie lucy ludo luka lukas luke
	luuk luus lyana lydia lynn maaike maarten maartje machiel machteld madelon maha mahir mahmoud mahmut maik maja malak
	malik malika malou manal manar mandy manon manuel manuela mara marc marcel marcella marcia marco margaretha margot
	margreet margriet maria mariam mariana marianne marie marieke marielle marien marije marijke marijn marijne marika
	marina marinus mario marion marisa marissa marit marja marjan marjolein marjolijn marjon marko marleen marlene
	marlies marlijn marloes marlon marly marnix maroua marouan marouane martha marthe martijn martin martina martine
	marvin marwa marwan maryam marye mathias mathieu mathijs mathilde mats matteo matthew matthias matthijs maud mauk
	maurice maurits mauro maxim maxime maximilian mayra mehdi mehmet meike melanie melike melissa melle mendel menno
	meral merijn merlijn mert merve meryem mette meyra mia micah michael michaela michel michelle mick mieke miel miep
	miguel mika mikail mike mila milan milena miles milo milou mina mira miranda miray mirjam mirko mirre mirte mirthe
	mitchell moad moes mohamad mohamed mohammad mohammed monica moniek monique moos morris mostafa mounir moussa muhammad
	muhammed muhammet munir murat mustafa myriam myrna myrthe nadia nadine nadira naima najat najib najoua nancy naomi
	naresh narin nassim natalia natalie natascha natasja nathalie nathan nawal nazli neeltje nelleke nellie nelly nena
	nesrin nick nicky nico nicolaas nicole nicolette niek niels nienke nikki niko nilay nils nina nino ninte nisa nisrine
	noa noah noam noelle noemi noor noortje nora norah noran norbert noud nour noura noureddine nuray nuria nynke oguz
	okan olaf olga olivia olivier olle omar omer onur oscar oskar osman othmane otis otman ouafa ouassim owen oya ozan
	ozge ozgur ozlem pablo pascal patricia patrick paul paula paulien pauline peggy pelin pepijn perry peter petra phil
	phileine philip philippa philippe pien piet pieter pieterjan pieternel pim pinar pippa pleun prakash priscilla priya
	quin quincy quinn quint quinten quinty rabia rachel rachid rachida radha radjesh rafael rafik raisa rajesh ralf ralph
	ramazan rami ramon ramona rania ranya raoul raphael rasheed rashid raul ravi rayan rayane rayen raymond rebecca
	redouan redouane reinier remco remy renate rene renee rens renske reva reza rhode riad rianne ricardo richard rick
	ricky rico rienk riet rihanna rik rika rinske rinus rishi rita ritchie rivka roan rob robbert robbie robert roberto
	robin rochelle roderick rodney roel roeland roelof roger rogier roland rolf romaisa romana romano romee romy ron
	ronald ronan ronja ronnie rosalie rosalien rosalyn rosanna rosanne roshni rosie rosita rowan rowena roxanne roxy roy
	ruben ruby rudolf rudy ruth ruthmila ruud ruveyda ryan ryanna saad saar saartje sabine sabrina sacha sadia safa safae
	safia safira safouane sahar saida salah salahuddin salim salima sally salma salome sam samantha sami samir samira
	samuel sandeep sander sandra sanjay sanne sara sarah sascha sasha saskia sebastiaan sebastian sebnem seda sefa selena
	selim selin selina selma sem semih sena senna senne serdar serena sergio serkan sevda sevgi sevim seyma shaima
	shakira shane shania shanice shaniqua shannon shanti shaquille sharda sharmila sharon sharona shayla sheila shelly
	sherwin shirley shreya siem sietse sietske sigrid sila silvana silvia simon simone sina sinan sinem sjaak sjaan sjef
	sjoerd sjors sjoukje skye sofian sofiane sofie solange sonia sonja sophia sophie soraya souad soufian soufiane
	soufyan souhaila soukaina soumaya stef stefan stefanie stella stephan stephanie sterre steven stijn suleyman
	sumaya sumeyye sunil sunita suraya susan susanna susanne suzan suzanna suzanne sven svenja sybren sylke sylvana
	sylvia sylvie taha tamar tamara tanja tanya taoufik tara tarik tes tess tessa teun teunis teuntje tevin thea theo
	theodoor theresa thierry thijmen thijn thijs thirza thom thomas tibbe tieme tiemen ties tiffany tijmen tijn tijs
	tilda tim timo timothy tina tineke tirza tjalling tjeerd tobias toine tom tommy tonny tristan trudy truus tuana tugba
	tunahan twan tycho tyler ugur ulrike umut ursula utku valentijn valentina valerie vanessa veerle vera veronica
	veronique victor vincent vinod virginie vishal vivian vivianne vivienne vjay walid wassim wendy wesley wessel wiebe
	wieke wies wietse wijnand wilfred wilhelmina wilke willeke willem willemien willemijn william willy wilma wim winston
	wout wouter xander xavi xavier xaviera xena xiomara yanis yannick yara yaren yasemin yasin yasmin yasmina yasmine
	yassin yassine yassir yavuz ybe yente yesim yigit yilmaz yinthe ylva yme yoeri yoran yorick yosef younes youness
	youri yousra youssef yousuf yuna yunus yuri yusra yusuf yves yvette yvonne zainab zakaria zara zayd zayn zehra zeliha
	zev zeyneb zeynep zilan zineb zoe zoey zohra zouhair zuhal zuleyha zumra
`)

// nameWords are names that are words, months or places too: they count inside a
// sentence, where a word has no capital.
var nameWords = wordSet(`
	alexis an angel ans barbara bas ben bo boy cas chelsea chris coco cor dakota dean dees destiny dick dion do don dora
	ed els ender engel faith fay fee fleur floor flore florence frans gaia geer georgia ger grace hein heino hind hope
	ina india ine ira iris jade jan jasmijn jet jo job joke jones jong jordan joy june kit lente lev lex lien lies lieve
	linde liv lot lotus luna lux madelief madison mads mare mark marlou mart mat max may mees mel melody merel mien
	mies mink mo nel nine nova nur otto pam paris pip puck rana ray rein rex roman roos rosa rose rune rut said sef
	serenity siep sil sill sky sofia stan star storm sultan summer sydney thor ton toon toos tygo vic victoria violet wes
	wiet wil winter wolf zola
`)

// kin are the words that a name follows: after one of them any word with a
// capital counts, and a first name without.
var kin = wordSet(`
	achternaam broer broertje cliente client dochter dochtertje genaamd heet heten jongen kind leerling meisje naam neef
	neefje nicht nichtje pleegdochter pleegkind pleegzoon pupil roepnaam stiefdochter stiefzoon voornaam vriend
	vriendin zoon zoontje zus zusje
	called daughter named son
`)

// houseWords are followed by what is called after somebody: Stichting Thomas.
var houseWords = wordSet(`
	basisschool cafe college gemeente gezinshuis groep huis huize leefgroep locatie lyceum organisatie pleinschool project
	school sint st stichting team theater training vereniging villa wijkteam workshop zorgboerderij
`)

// capitalWords are written with a capital and are nobody, even after a word of
// [kin]: days and those months that nobody is called, languages and origins, and how we call things.
var capitalWords = wordSet(`
	december dinsdag donderdag februari januari juli maandag maart november oktober september vrijdag woensdag zaterdag
	zondag
	afghaans afghaanse arabisch arabische belgisch berbers duits duitse engels engelse eritrees eritrese europees frans
	franse fries friese irakees iraanse marokkaans marokkaanse nederlands nederlandse oekraiens oekraiense pools poolse
	roemeens somalisch somalische spaans spaanse surinaams surinaamse syrisch syrische turks turkse vlaams
	dat de die een en er expex haar het hij hoe hun ik in is je jim met mijn of ons onze op te u uit van voor waar wat we
	wie wij ze zij zijn
`)

// particles stand between a first name and a surname.
var particles = wordSet(`van de der den het ten ter te el al ben bin la le da dos von`)

// The names of a disorder and of medicines, as words, as their beginnings and
// as abbreviations, which need their capitals where they are a word otherwise.
// The words a theme is called by pass (verslaving, eetstoornis, trauma, licht
// verstandelijke beperking), but for the three that are a diagnosis themselves:
// autisme, ADHD and PTSS. A requester who means those chooses the theme.
var (
	diagnoses = wordSet(`
	adhd adhder adhders arfid ass asser cptss depressed diabeet fasd fobie fobieen hiv kanker leukemie mcdd narcisme
	narcist narcisten narcistisch narcistische nervosa ocd pdd ptsd ptss psychose psychosen psychoses psychosis
	psychotic psychotisch psychotische schizofreen schizofrene sociopaat
	agorafobie claustrofobie hypochondrie manie manisch manische zwakbegaafd zwakbegaafde zwakbegaafdheid
	abilify alprazolam amitriptyline aripiprazol atomoxetine buprenorfine citalopram clonazepam clozapine concerta
	depakine dexamfetamine diazepam elvanse equasym escitalopram fluoxetine fluvoxamine guanfacine haldol haloperidol
	imipramine intuniv lamotrigine lisdexamfetamine lithium lorazepam medikinet melatonine methadon methylfenidaat
	mirtazapine naltrexon olanzapine oxazepam oxycodon paroxetine pimozide pipamperon dipiperon prozac quetiapine
	risperdal risperidon ritalin seroquel seroxat sertraline strattera temazepam topiramaat tramadol valium valproaat
	venlafaxine xanax zoloft zopiclon zyprexa
	antidepressiva antidepressivum antipsychotica antipsychoticum
`)
	diagnosisStems = strings.Fields(`
	anorect anorexi asperger autis bipola borderlin boulimi bulimi depressie depressio depressiv diabetes dyscalculi
	dyslec dyslex epilep genderdysfor manisch-depress psychopaat psychopat schizofreni schizophren schizoaff tourette
`)
	diagnosisEnds = strings.Fields(`stoornis stoornissen syndroom`)
	abbreviations = wordSet(`add bps dcd dis fas nah nld ocs odd tos`)
	themeWords    = wordSet(`eetstoornis eetstoornissen`)
)

var monthNames = strings.Fields(`
	januari februari maart april mei juni juli augustus september oktober november december
`)

func wordSet(list string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(list) {
		out[w] = true
	}
	return out
}
